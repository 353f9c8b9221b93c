import { randomInt } from "node:crypto";

/** Characters to choose from, and how many of them there must be. */
export interface CharacterClass {
  readonly characters: string;
  readonly minimum: number;
}

/** A random text of the given length, with at least the minimum of each class, in random order. */
export function pickCharacters(length: number, classes: readonly CharacterClass[]): string {
  const all = classes.map(({ characters }) => characters).join("");
  const picked = classes.flatMap(({ characters, minimum }) =>
    Array.from({ length: minimum }, () => pick(characters)),
  );
  while (picked.length < length) picked.push(pick(all));
  for (let last = picked.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [picked[last], picked[other]] = [picked[other] ?? "", picked[last] ?? ""];
  }
  return picked.join("");
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}
