import { closest, distance } from "fastest-levenshtein";

/** The name that was meant, perhaps: the one that is nearest to the word, where any is near enough. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const byLower = new Map(names.map((name) => [name.toLowerCase(), name]));
  if (byLower.size === 0) return undefined;
  const near = closest(lower, [...byLower.keys()]);
  // A third of the letters may be wrong: with more it is another word.
  return distance(lower, near) <= Math.max(1, Math.floor(word.length / 3)) ? byLower.get(near) : undefined;
}
