import { matchesPattern } from "../../provider/rotation/pattern.ts";
import { nameOf } from "../../stack/files/urn.ts";
import type { DuePlan } from "./duePlan.ts";
import type { StackFacts } from "./stackFacts.ts";

/** How many of the keys that are due by their age alone one run rotates: of each `rotate.group`, one in any case. */
export interface Limits {
  /** Absent: all of them. */
  readonly most?: number | undefined;
  /** Groups of patterns of names: one run rotates one key of each group. */
  readonly apart: readonly (readonly string[])[];
}

/** What of a plan is for this run, and what for later ones; by URN. */
export interface Share {
  /** The keys that are rotated by their age, those of earlier attempts of the run among them. */
  readonly taken: ReadonlySet<string>;
  readonly putOff: ReadonlySet<string>;
}

/**
 * Shares a plan out among runs, the key that is due for the longest time first. Keys that follow from one another are
 * rotated together, because an update of the one is an update of what depends on it: if they are too many by
 * themselves, a run takes them and no other. A key that is rotated for another reason does not wait, and counts in its
 * group.
 *
 * @param earlier what an earlier attempt of the same run has taken
 */
export function shareOf(
  { rotations, upkeep, aged }: Pick<DuePlan, "rotations" | "upkeep" | "aged">,
  { dependsOn, keys }: Pick<StackFacts, "dependsOn" | "keys">,
  limits: Limits,
  earlier: ReadonlySet<string>,
): Share {
  const waiting = aged
    .toSorted((one, other) => one.since - other.since || (one.urn < other.urn ? -1 : 1))
    .map(({ urn }) => urn);
  const togetherWith = (urns: readonly string[]) => {
    const reached = withDependents(urns, dependsOn);
    return waiting.filter((urn) => reached.has(urn));
  };
  const isUnlimited = (urn: string) => !waiting.includes(urn);
  const ordered = rotations.filter(isUnlimited);
  const isWithin = (urns: ReadonlySet<string>) =>
    urns.size <= (limits.most ?? Number.POSITIVE_INFINITY) &&
    areApart([...new Set([...urns, ...ordered])], limits.apart, keys);
  let taken: ReadonlySet<string> = new Set([
    ...earlier,
    ...togetherWith([...ordered, ...upkeep.filter(isUnlimited)]),
  ]);
  for (const urn of waiting) {
    const more = new Set([...taken, ...togetherWith([urn])]);
    if (isWithin(more) || (taken.size === 0 && ordered.length === 0)) taken = more;
  }
  return { taken, putOff: new Set(waiting.filter((urn) => !taken.has(urn))) };
}

/** Whether no two of them are of one group. */
function areApart(urns: readonly string[], patterns: Limits["apart"], keys: StackFacts["keys"]): boolean {
  const names = urns.map(nameOf);
  const groups = urns.flatMap((urn) => keys.get(urn)?.group ?? []);
  const named = (group: readonly string[]) =>
    names.filter((name) => group.some((pattern) => matchesPattern(pattern, name)));
  return new Set(groups).size === groups.length && patterns.every((group) => named(group).length <= 1);
}

/** These, and all that the engine updates with them. A state has what a resource depends on before the resource. */
function withDependents(urns: readonly string[], dependsOn: StackFacts["dependsOn"]): ReadonlySet<string> {
  const reached = new Set(urns);
  for (const [urn, needed] of dependsOn) if (needed.some((each) => reached.has(each))) reached.add(urn);
  return reached;
}
