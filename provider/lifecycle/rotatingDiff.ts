import { IamKeysError } from "../errors.ts";
import type { Properties } from "../kinds/kind.ts";
import { parseDuration } from "../rotation/duration.ts";
import { isAskedFor, type Reason, reasonsText, retirementText, supersededText } from "../rotation/outlook.ts";
import { type RetirementStep, retirementStep } from "../rotation/retirement.ts";
import { UNKNOWN } from "../unknown.ts";
import { ADOPT, adoptedId } from "./adoptedId.ts";
import type { Difference } from "./contract.ts";
import { changedOwner } from "./difference.ts";
import { warnOfFutureAge, warnOfLeftAlone, warnOfSweep } from "./heldWarnings.ts";
import { outputsBehind } from "./keyDecision.ts";
import { remind } from "./leftBehind.ts";
import { LOST } from "./leftovers.ts";
import { MARK } from "./mark.ts";
import { ORDER_OUTPUTS } from "./ordersDone.ts";
import { nameOf } from "./ownerInput.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { compact, pick } from "./properties.ts";
import { changedOfRotating, decideRotation, revertOrder } from "./rotatingDecision.ts";
import { retirementPolicy } from "./rotatingInputs.ts";
import { rotatingOutlook } from "./rotatingOutlook.ts";
import { ownKeysOf, type RotatingResource } from "./rotatingResource.ts";
import type { HeldKey, PreviousKey, RotatingState } from "./rotatingState.ts";
import { unlessListRefused } from "./unlessListRefused.ts";

/** What a run would change about a rotating resource. Says it in words, too. */
export async function diffRotating(
  resource: RotatingResource,
  outputs: Properties,
  inputs: Properties,
): Promise<Difference> {
  const { kind, session, names } = resource;
  const { current, previous, abandoned } = outputs as RotatingState;
  // Whether a key ends when it should depends on when it was made.
  const held = compact({ createdAt: current?.createdAt, ...outputs });
  const changed = changedOfRotating(kind, names, held, inputs);
  if (changed.includes(ADOPT)) requireNotOwn(resource, adoptedId(inputs), previous, inputs);
  const own = ownKeysOf(resource, outputs, inputs);
  const orders = compact(pick(outputs, ORDER_OUTPUTS));
  own.owner.isHeld({ mark: outputs[MARK] as string | undefined, orders, chosen: {} });
  const canDeactivate = kind.setActive !== undefined;
  const step =
    previous && retirementStep(previous, retirementPolicy(inputs), canDeactivate, session.ports.now());
  const replaces =
    changed.includes(kind.account) && !(await isRenamed(resource, current, inputs)) ? [kind.account] : [];
  const revert = replaces.length > 0 ? undefined : revertOrder(resource, outputs, inputs);
  const decision = decideRotation(resource, outputs, inputs);
  const outlook = rotatingOutlook(resource, outputs, inputs, { replaces, revert, decision, step });
  if (outlook?.what === "newKey") own.owner.isRenewed(reasonsText(outlook.reasons));
  if (outlook) own.foretell(outlook);
  if (previous && replaces.length > 0) own.warn(`its previous key ${previous.id} will be deleted with it`);
  // Until there is a new key, the previous one stays.
  else if (previous && current && !revert)
    warnOfPrevious(resource, own, previous, inputs, decision.reasons, step);
  const lost = [...(abandoned ?? []), ...((outputs[LOST] as string[] | undefined) ?? [])];
  if (lost.length > 0) warnOfSweep(own, lost);
  if (current) warnOfLeftAlone(own, current.id, current, inputs);
  if (current) warnOfFutureAge(own, current.id, held, inputs);
  if (previous) warnOfQuarantine(own, previous, inputs);
  if (previous) warnOfExpiry(own, previous, inputs);
  await remind(own, { ...outputs, ...current });
  return {
    replaces,
    updates: [
      ...changed.filter((name) => !replaces.includes(name)),
      ...changedOwner(outputs, inputs),
      ...(outlook?.what === "newKey" ? outputsBehind(outlook.reasons) : []),
      ...(revert ? ["current", "previous"] : step && step !== "keep" ? ["previous"] : []),
      ...(abandoned ? ["abandoned"] : []),
      ...(outputs[LOST] ? [LOST] : []),
    ],
    outlook,
  };
}

/** Keys of another account are another resource. But an account that was renamed keeps its keys. */
async function isRenamed(
  { kind, session }: RotatingResource,
  current: HeldKey | undefined,
  inputs: Properties,
): Promise<boolean> {
  const name = inputs[kind.account];
  if (!current || typeof name !== "string" || name === UNKNOWN) return false;
  return (await unlessListRefused(async () => kind.belongsTo?.(session, current.id, name))) ?? false;
}

/** Says, also in the preview, what the run will do to a key that somebody may still use. */
function warnOfPrevious(
  { kind }: RotatingResource,
  own: OwnKeys,
  previous: PreviousKey,
  inputs: Properties,
  reasons: readonly Reason[],
  step: RetirementStep | undefined,
): void {
  const say = (what: string) => own.warn(`its previous key ${previous.id} will be ${what}`);
  if (isAskedFor(reasons)) say(supersededText(kind.requireRoom !== undefined));
  else if (step && step !== "keep") say(retirementText(step, previous, retirementPolicy(inputs)));
}

/** Somebody made the previous key inactive before its time. Whoever still uses it must learn why it is refused. */
function warnOfQuarantine(
  own: OwnKeys,
  { id, status, inactiveSince }: PreviousKey,
  inputs: Properties,
): void {
  if (status !== "Inactive" || inactiveSince !== undefined || inputs.status === "Inactive") return;
  own.warn(`its previous key ${id} is inactive, and stays so: whoever still uses it is refused`);
}

/** Its overlap got longer, or it was replaced late: the API refuses it before the overlap is over. */
function warnOfExpiry(
  own: OwnKeys,
  { id, replacedAt, expiresAt }: PreviousKey & Properties,
  inputs: Properties,
): void {
  const { overlap } = retirementPolicy(inputs);
  const overlapEnds = Date.parse(replacedAt) + (parseDuration(overlap) ?? 0);
  if (typeof expiresAt === "string" && Date.parse(expiresAt) < overlapEnds)
    own.warnOnce(`its previous key ${id} expires at ${expiresAt}, before its overlap (${overlap}) is over`);
}

/** A new key would take the place of the one that the program asks for. */
function requireNotOwn(
  { type }: RotatingResource,
  adopted: string | undefined,
  previous: PreviousKey | undefined,
  inputs: Properties,
): void {
  if (adopted === undefined || adopted !== previous?.id) return;
  throw new IamKeysError(
    "INVALID_ARGUMENT",
    `adopt.id names ${adopted}, which is the previous key of ${nameOf(type, inputs)} itself.`,
    {
      hint: "Nothing was changed. To go back to that key, remove adopt and order it with iam-keys:revertNow.",
    },
  );
}
