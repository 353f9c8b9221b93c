import { IamKeysError } from "../errors.ts";
import { revertReason } from "../rotation/outlook.ts";
import type { HeldKeys } from "./heldKeys.ts";
import { withOrderDone } from "./ordersDone.ts";
import type { Revert } from "./revertOrder.ts";
import type { HeldKey, PreviousKey } from "./rotatingState.ts";
import { verifyKey } from "./verifyKey.ts";

/** Swaps the two keys: the previous key, which must still work, becomes the current one. */
export async function revertKey(keys: HeldKeys, { token, previous }: Revert): Promise<void> {
  const { current } = keys.state;
  await requireWorking(keys, previous);
  const { replacedAt: _, inactiveSince: __, ...key } = previous;
  keys.become({
    current: key as HeldKey,
    previous: current && { ...current, replacedAt: keys.now() },
    // Its age counts from when it was made.
    keySince: undefined,
    ...withOrderDone({ ...keys.state }, "revertNow", token),
  });
  keys.own.events.happened("promoted", {
    keyId: previous.id,
    previousKeyId: current?.id,
    reason: revertReason(token),
  });
}

async function requireWorking(keys: HeldKeys, previous: PreviousKey): Promise<void> {
  const { kind, session } = keys.own;
  const whole = keys.whole(previous);
  const live = await kind.read(session, previous.id, whole);
  const isRefused = !live || (kind.setActive !== undefined && live.status === "Inactive");
  const isTried = !isRefused && !kind.isDelivered?.(whole);
  const problem = isTried
    ? await verifyKey(keys.own, { id: previous.id, outputs: previous }, keys.inputs)
    : undefined;
  if (!isRefused && !problem) return;
  const why = !live ? "is gone" : isRefused ? "is inactive" : "does not work";
  throw new IamKeysError(
    "CONFLICT",
    `The previous key ${previous.id} ${why}, so it cannot become the current one again. The current key stays.`,
    { hint: "Remove the order iam-keys:revertNow." },
  );
}
