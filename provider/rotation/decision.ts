import { openToken, type RotateNow } from "./emergency.ts";
import type { Held, Reason } from "./outlook.ts";
import { decideByAge, type RotationPolicy, waitsUntil } from "./schedule.ts";

/** What is known of a key when a run asks whether a new key is due. */
export interface Question {
  /** When the key was made, in milliseconds; undefined if it is unknown. */
  readonly since: number | undefined;
  readonly policy: RotationPolicy | undefined;
  readonly order: RotateNow | undefined;
  /** The resource's name, for orders. */
  readonly name: string;
  /** The tokens of the orders that were carried out. */
  readonly ordersDone: readonly string[];
  /** The inputs that differ and ask for a new key by themselves. */
  readonly changed: readonly string[];
  readonly now: number;
}

export interface Decision {
  /** Why a new key is due; none if the one that is there stays. */
  readonly reasons: readonly Reason[];
  /** What keeps a key that is due. */
  readonly held: Held | undefined;
}

/** Decides whether a new key is due. What a person asks for does not wait. */
export function decide({ since, policy, order, name, ordersDone, changed, now }: Question): Decision {
  const token = openToken(order, name, ordersDone);
  const age = policy && since !== undefined ? decideByAge(since, policy, now) : undefined;
  const isDue = age !== undefined && age.action !== "wait";
  const due: Reason[] = isDue && policy ? [dueReason(age.rotatesAt, policy)] : [];
  const reasons: Reason[] = [
    ...(token !== undefined ? [{ because: "ordered", token } as const] : []),
    ...(changed.length > 0 ? [{ because: "changed", inputs: changed } as const] : []),
    ...(age?.action === "rotate" ? due : []),
  ];
  if (reasons.length > 0 || !policy || !age) return { reasons, held: undefined };
  if (age.action === "paused") return { reasons, held: { by: "paused", reasons: due } };
  if (age.action !== "window") return { reasons, held: undefined };
  return { reasons, held: { by: "window", until: waitsUntil(policy, age.rotatesAt, now), reasons: due } };
}

function dueReason(since: number, { every, lead, jitter }: RotationPolicy): Reason {
  return {
    because: "due",
    since,
    every,
    ...(lead === undefined ? {} : { lead }),
    ...(jitter === undefined ? {} : { jitter }),
  };
}
