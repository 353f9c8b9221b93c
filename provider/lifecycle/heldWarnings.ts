import type { OneKey, Properties } from "../kinds/kind.ts";
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
