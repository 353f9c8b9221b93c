import type { Run } from "./stack.ts";

/** What a campaign of random lives must come to at least once, or it has not tried the rules about it. */
const SIGNS = {
  undo: /will be made active again/,
  "limit of two": /AWS allows 2 access keys per user/,
  "sweep of a key on trial": /which an interrupted run had made and nobody ever got, was deleted/,
  window: /held by its window/,
  order: /is deleted before its overlap is over/,
  quarantine: /status of key \S+ is Inactive/,
  "leftover named": /It stays\. If nobody has it, `iam-keys sweep`/,
} as const;

export const LANDMARKS = [
  ...(Object.keys(SIGNS) as (keyof typeof SIGNS)[]),
  "second look",
  "unsettled",
] as const;
export type Landmark = (typeof LANDMARKS)[number];

/** Those of them that can be told from what a run said. */
export function landmarksIn({ warnings, error }: Run): Landmark[] {
  const said = [...warnings, error?.message].join("\n");
  return (Object.keys(SIGNS) as (keyof typeof SIGNS)[]).filter((name) => SIGNS[name].test(said));
}
