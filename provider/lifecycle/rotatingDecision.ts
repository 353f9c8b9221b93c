import type { Kind, Properties } from "../kinds/kind.ts";
import type { Decision } from "../rotation/decision.ts";
import { ADOPT, adoptedId } from "./adoptedId.ts";
import { changedInputs } from "./difference.ts";
import { decideOn } from "./keyDecision.ts";
import { openRevert, type Revert } from "./revertOrder.ts";
import type { RotatingResource } from "./rotatingResource.ts";
import type { HeldKey, RotatingState } from "./rotatingState.ts";

/** Whether a rotating resource needs a new key, and why. */
export function decideRotation(
  { kind, session }: RotatingResource,
  outputs: Properties,
  inputs: Properties,
): Decision {
  const { current } = outputs as RotatingState;
  if (!current) return { reasons: [{ because: "keyMissing" }], held: undefined };
  const changed = editedInputs(kind, outputs, inputs);
  const held = { createdAt: current.createdAt, ...outputs };
  const decision = decideOn(kind, session.ports, held, inputs, changed);
  const lost = lostOutputs(kind, current, outputs);
  if (lost.length === 0) return decision;
  return { reasons: [{ because: "secretMissing", outputs: lost }, ...decision.reasons], held: undefined };
}

/** The inputs that differ. To adopt the key that is its current one changes nothing. */
export function changedOfRotating(
  kind: Kind,
  names: readonly string[],
  outputs: Properties,
  inputs: Properties,
): string[] {
  const { current } = outputs as RotatingState;
  return changedInputs(kind, names, outputs, inputs).filter(
    (name) => name !== ADOPT || current === undefined || adoptedId(inputs) !== current.id,
  );
}

/** The order to go back to the previous key, if there is one that was not carried out yet. */
export function revertOrder(
  { type, kind, session }: RotatingResource,
  outputs: Properties,
  inputs: Properties,
): Revert | undefined {
  return openRevert(type, kind, session.ports, outputs, inputs, () => editedInputs(kind, outputs, inputs));
}

/** The inputs that differ and ask for a new key by themselves. Keys of another account are another resource. */
function editedInputs(kind: Kind, outputs: Properties, inputs: Properties): string[] {
  const names = kind.replaceOn.filter((name) => name !== kind.account);
  return changedOfRotating(kind, names, outputs, inputs);
}

/** The outputs that are missing, and without which nobody can read the secrets of the key anywhere. */
function lostOutputs(kind: Kind, current: HeldKey, outputs: Properties): readonly string[] {
  const whole = { ...outputs, ...current };
  if (!kind.isDelivered?.(whole)) return [];
  return (kind.needed?.(whole) ?? []).filter((name) => current[name] === undefined);
}
