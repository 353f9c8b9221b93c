import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { parseDuration } from "../../provider/rotation/duration.ts";
import { Refusal } from "../http/refusal.ts";
import type { RotationRequest } from "./rotationRequest.ts";

/** A copy of an environment has the keys of the original in its state. It must not delete them. */
export function requireOwnState(owner: string, { kind, state }: RotationRequest): void {
  const { rotation } = state ?? {};
  if (!rotation || (rotation.owner === owner && rotation.kind === kind.type)) return;
  throw new Refusal(
    409,
    `The state holds keys of ${rotation.kind} that belong to ${rotation.owner}, not of ${kind.type} that belong to ${owner}. Remove the state from the environment's definition, and the next rotation begins with new keys.`,
  );
}

export function requireOneAccount(kind: Kind, inputs: Properties, outputs: Properties): void {
  const { current, previous } = outputs as RotatingState;
  const accounts = [inputs, current, previous].map((each) => each?.[kind.account]).filter(Boolean);
  if (new Set(accounts).size <= 1) return;
  throw new Refusal(
    409,
    `The state holds a key of another account than request.${kind.account} says. Keys of another account are another rotation: give it a request.name and no state of its own.`,
  );
}

export function requireOverlap(outputs: Properties, overlap: string | undefined, now: number): void {
  const { previous } = outputs as RotatingState;
  if (!previous || overlap === undefined) return;
  const end = Date.parse(previous.replacedAt) + (parseDuration(overlap) ?? 0);
  if (now >= end) return;
  throw new Refusal(
    409,
    `Key ${previous.id} was replaced at ${previous.replacedAt} and stays for request.overlap (${overlap}), so nothing was rotated. Rotate after ${new Date(end).toISOString()}.`,
  );
}
