import type { History, KeyLife } from "./history.ts";

/** Why nobody ever used a key. */
export function whyNeverUsed(key: KeyLife, { runs, consumers, refusals }: History): string {
  if (refusals.some((refusal) => refusal.key === key.number)) return "every use was refused";
  const wasCurrent = key.stays.some(({ stage }) => stage === "current");
  const maker = runs.findLast(({ at }) => at <= key.madeAt);
  if (!wasCurrent)
    return maker?.outcome === "failed" ? "the run that made it failed" : "no run handed it out";
  if (consumers.some(({ holds }) => holds.some((hold) => hold.key === key.number)))
    return "its consumers had no need of it";
  if (key.replacedAt !== undefined) return "it was replaced before a consumer picked it up";
  return key.goneAt === undefined
    ? "no consumer has picked it up yet"
    : "it was gone before a consumer picked it up";
}

/** A sentence for each key that nobody used. */
export function neverUsedSentences(history: History): string[] {
  return history.keys
    .filter(({ uses }) => uses === 0)
    .map((key) => `Key ${key.number} was never used: ${whyNeverUsed(key, history)}.`);
}
