import { matchesPattern } from "../../provider/rotation/pattern.ts";
import { nameOf } from "../../stack/files/urn.ts";
import type { DuePlan } from "./duePlan.ts";
import type { StackFacts } from "./stackFacts.ts";

/** How many of the keys that are due by their age alone one run rotates. */
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
 * themselves, a run takes them and no other.
 *
 * @param earlier what an earlier attempt of the same run has taken
 */
export function shareOf(
  { rotations, upkeep, aged }: Pick<DuePlan, "rotations" | "upkeep" | "aged">,
  { dependsOn }: Pick<StackFacts, "dependsOn">,
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
  const unlimited = [...rotations, ...upkeep].filter((urn) => !waiting.includes(urn));
  let taken: ReadonlySet<string> = new Set([...earlier, ...togetherWith(unlimited)]);
  for (const urn of waiting) {
    const more = new Set([...taken, ...togetherWith([urn])]);
    if (taken.size === 0 || isWithin(limits, more)) taken = more;
  }
  return { taken, putOff: new Set(waiting.filter((urn) => !taken.has(urn))) };
}

function isWithin({ most = Number.POSITIVE_INFINITY, apart }: Limits, urns: ReadonlySet<string>): boolean {
  const names = [...urns].map(nameOf);
  const inGroup = (group: readonly string[]) =>
    names.filter((name) => group.some((pattern) => matchesPattern(pattern, name)));
  return urns.size <= most && apart.every((group) => inGroup(group).length <= 1);
}

/** These, and all that the engine updates with them. A state has what a resource depends on before the resource. */
function withDependents(urns: readonly string[], dependsOn: StackFacts["dependsOn"]): ReadonlySet<string> {
  const reached = new Set(urns);
  for (const [urn, needed] of dependsOn) if (needed.some((each) => reached.has(each))) reached.add(urn);
  return reached;
}
