import { parseDuration } from "../provider/rotation/duration.ts";
import { brokenBy, type Look, namedBy } from "./invariants.ts";
import { landmarksIn } from "./landmarks.ts";
import type { Run } from "./stack.ts";
import type { Watched } from "./watched.ts";
import { SECOND } from "./world.ts";

/** What a run went through. */
export interface Circumstances {
  readonly before: Look;
  readonly isFaulty: boolean;
  readonly isInterrupted: boolean;
  /** Whether a key may be left that nobody knows of. */
  readonly mayLeave: boolean;
  /** Whether lists may not have shown all keys. */
  readonly isStale: boolean;
}

/** A signature is refused whose time is further off than some minutes. */
const HARMLESS_SKEW = 60 * SECOND;

/** Notes what does not hold after a run, and what the run came to. */
export function judge(watched: Watched, run: Run, circumstances: Circumstances): void {
  const { stack, world, goneUnseen, leftOver, reached } = watched;
  const { before, isFaulty, isInterrupted, mayLeave, isStale } = circumstances;
  const after = watched.look();
  const { error, warnings, did } = run;
  const isThere = (id: string) => after.ours.some((key) => key.id === id);
  if (mayLeave) for (const { id } of after.ours) if (!namedBy(after).includes(id)) leftOver.add(id);
  const said = [...warnings, JSON.stringify(stack.stored?.outputs.leftovers ?? [])].join("\n");
  const isDisturbed = isFaulty || isInterrupted || watched.isRenamed;
  const broken = brokenBy({
    before,
    after,
    error,
    mayFail: isDisturbed || isCrowded(watched, before) || Math.abs(world.skew) > HARMLESS_SKEW,
    ordered: watched.ordered,
    overlaps: parseDuration(watched.scenario.policy.overlap) !== 0,
    goneUnseen,
    said,
    leftOver,
    sawAll: !error && did !== "nothing" && !isDisturbed && !isStale,
  });
  for (const sentence of broken) watched.note(sentence);
  for (const landmark of landmarksIn(run)) reached.add(landmark);
  if (stack.stored?.outputs.unsettled === true) reached.add("unsettled");
  // The state may name a key that is gone where a request failed and did its work all the same.
  for (const id of namedBy(after)) if ((error || said.includes(id)) && !isThere(id)) goneUnseen.add(id);
}

/** Whether a key that is in no state of ours can be in the way. */
function isCrowded({ kind, world, owner }: Watched, before: Look): boolean {
  const others = world.keysOf(owner).filter(({ id }) => !namedBy(before).includes(id));
  return kind.deactivate !== undefined && others.length > 0;
}
