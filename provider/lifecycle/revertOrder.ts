import { IamKeysError } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Ports } from "../ports.ts";
import { openToken, tokenFor } from "../rotation/emergency.ts";
import { holdsUnknown } from "../unknown.ts";
import { readOrder, readRevert } from "./keyDecision.ts";
import { neededOutputs } from "./neededOutputs.ts";
import { ordersDone } from "./ordersDone.ts";
import { nameOf, resourceName } from "./ownerInput.ts";
import type { PreviousKey, RotatingState } from "./rotatingState.ts";

/** An order to go back to the previous key that is yet to be carried out. */
export interface Revert {
  readonly token: string;
  readonly previous: PreviousKey;
}

/** The arguments whose consumers read the newest version of a secret. A revert does not change that version. */
const NEWEST_IS_READ = ["outputToLockbox", "outputToSecretsManager"];

/**
 * The order to go back to the previous key, if this resource has one that was not carried out yet. Throws if it is not
 * possible.
 *
 * @param type of the resource
 * @param edited gives the inputs that differ and ask for a new key by themselves
 */
export function openRevert(
  type: string,
  kind: Kind,
  ports: Ports,
  outputs: Properties,
  inputs: Properties,
  edited: () => readonly string[],
): Revert | undefined {
  const { previous } = outputs as RotatingState;
  const name = resourceName(inputs) ?? "";
  const token = openToken(readRevert(ports), name, ordersDone(outputs, "revertNow"));
  if (token === undefined) return undefined;
  const refused = (reason: string, hint: string) =>
    new IamKeysError("CONFLICT", `${nameOf(type, inputs)} cannot go back to its previous key: ${reason}.`, {
      hint,
    });
  const hint = "Remove its name from iam-keys:revertNow.";
  if (openToken(readOrder(ports), name, ordersDone(outputs, "rotateNow")) !== undefined)
    throw refused("iam-keys:rotateNow asks for a new one", "Remove one of the two orders.");
  // The state would hold the edit as carried out, and no key would ever come of it.
  const known = edited().filter((input) => !holdsUnknown(inputs[input]));
  if (known.length > 0)
    throw refused(
      `the edit of ${known.join(" and ")} asks for a new one`,
      `Undo that edit, or ${hint[0]?.toLowerCase()}${hint.slice(1)}`,
    );
  if (!previous) throw refused("there is none any more, or was none yet", hint);
  if (previous.inactiveSince !== undefined && kind.setActive)
    throw refused(
      `${previous.id} is inactive`,
      'retire: "undo" makes it active again; a run after that goes back to it.',
    );
  const sink = NEWEST_IS_READ.find((argument) => inputs[argument] !== undefined);
  if (sink) throw refused(`with ${sink} its consumers keep reading the newest version of the secret`, hint);
  const missing = neededOutputs(kind, inputs).filter((output) => previous[output] === undefined);
  if (missing.length > 0)
    throw refused(
      `the state does not have its ${missing.join(" and ")}, which the program's consumers read`,
      `${hint} retire: "undo" keeps the previous key working.`,
    );
  return { token, previous };
}

/** Whether there is such an order, even one that cannot be carried out. A malformed order does not count. */
export function hasRevertOrder(ports: Ports, inputs: Properties, outputs: Properties): boolean {
  try {
    const done = ordersDone(outputs, "revertNow");
    return openToken(readRevert(ports), resourceName(inputs) ?? "", done) !== undefined;
  } catch (error) {
    if (error instanceof IamKeysError) return false;
    throw error;
  }
}

/** What the state remembers if the first key is made while there is such an order: the order is older than the key. */
export function revertStamp(ports: Ports, inputs: Properties): string | undefined {
  return tokenFor(readRevert(ports), resourceName(inputs) ?? "");
}
