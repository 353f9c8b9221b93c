import type { Properties } from "../kinds/kind.ts";
import type { Found } from "./contract.ts";
import { asInputs, driftedInputs } from "./difference.ts";
import { undeliveredOutputs } from "./heldWarnings.ts";
import { noticed } from "./leftBehind.ts";
import { LOST } from "./leftovers.ts";
import { withOwner } from "./ownerInput.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { compact, pick } from "./properties.ts";
import { ownKeysOf, type RotatingResource } from "./rotatingResource.ts";
import type { HeldKey, PreviousKey, RotatingState } from "./rotatingState.ts";

/** What the API says of the keys of a rotating resource; undefined if none is left. */
export async function readRotating(
  resource: RotatingResource,
  outputs: Properties,
): Promise<Found | undefined> {
  const { kind, names } = resource;
  const { current, previous, abandoned } = outputs as RotatingState;
  const own = ownKeysOf(resource, outputs, outputs);
  const [liveCurrent, livePrevious] = await Promise.all([
    readKey(own, current, outputs),
    readKey(own, previous, outputs),
  ]);
  const seen = await noticed(own, { ...outputs, ...current });
  const undelivered = liveCurrent ? await undeliveredOutputs(own, { ...outputs, ...liveCurrent }) : [];
  // If the resource were forgotten, nothing would delete the keys that no run could delete yet.
  if (!liveCurrent && !livePrevious && !abandoned && !seen[LOST]) return undefined;
  const updatable = Object.keys(kind.inputs.shape).filter((name) => !kind.replaceOn.includes(name));
  const drifted = driftedInputs(kind, updatable, current ?? {}, liveCurrent ?? {});
  const found = compact({
    ...outputs,
    ...pick(liveCurrent ?? {}, drifted),
    current: liveCurrent && compact({ ...liveCurrent, ...pick({}, undelivered) }),
    previous: livePrevious,
    ...seen,
  });
  return { outputs: found, inputs: drifted.length > 0 ? asInputs(kind, names, found) : undefined };
}

async function readKey<Key extends HeldKey | PreviousKey>(
  { kind, session }: OwnKeys,
  key: Key | undefined,
  outputs: Properties,
): Promise<Key | undefined> {
  const live = key && (await kind.read(session, key.id, withOwner(outputs, key)));
  // If somebody made it active again, somebody needs it: its overlap continues.
  const isReactivated = kind.setActive !== undefined && live?.status === "Active";
  const since = isReactivated ? { inactiveSince: undefined } : {};
  return live && (compact({ ...key, ...compact(live), ...since }) as Key);
}
