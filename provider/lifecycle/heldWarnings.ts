import type { OneKey, Properties } from "../kinds/kind.ts";
import { dueByAge, keySince } from "./keyDecision.ts";
import type { OwnKeys } from "./ownKeys.ts";

/** Says which properties of a key are not at their default, and stay because the program does not set them. */
export function warnOfLeftAlone(own: OwnKeys, id: string, held: Properties, inputs: Properties): void {
  const { leftAlone = [], defaults } = own.kind;
  for (const name of leftAlone) {
    if (inputs[name] !== undefined || held[name] === undefined || held[name] === defaults[name]) continue;
    own.warn(
      `${name} of key ${id} is ${held[name]}, and the program does not set it: it stays so. ${name}: "${defaults[name]}" in the program changes it back`,
    );
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Says that the age of a key counts from a moment that has not come yet: its rotation by age would come much too late. */
export function warnOfFutureAge(own: OwnKeys, id: string, held: Properties, inputs: Properties): void {
  const since = keySince(held);
  if (since === undefined || since - own.session.latestNow() <= DAY_MS) return;
  const dueAt = dueByAge(own.kind, inputs, held);
  if (dueAt === undefined) return;
  const [from, due] = [since, dueAt].map((at) => new Date(at).toISOString().slice(0, 10));
  own.warnOnce(
    `the age of key ${id} counts from ${from}, which is in the future, so it is not rotated by age before ${due}. If the clock of this machine is right, the clock was ahead when the key was made: an order (iam-keys:rotateNow) makes a new key now`,
  );
}

/** The outputs that say where the secrets of the key are, if the secrets cannot be read there any more. */
export async function undeliveredOutputs(own: OwnKeys, key: OneKey): Promise<readonly string[]> {
  if ((await own.kind.isStillDelivered?.(own.session, key)) ?? true) return [];
  own.warn(
    `what was delivered of key ${key.id} cannot be read there any more: the next run delivers a new key`,
  );
  return own.kind.needed?.(key) ?? [];
}

/** Says which keys the run will delete because an earlier run could not, or was interrupted. */
export function warnOfSweep(own: OwnKeys, ids: unknown): void {
  own.warn(`this run deletes keys that an earlier run left behind: ${ids}`);
}
