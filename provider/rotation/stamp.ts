import { isOrdered, type RotateNow } from "./emergency.ts";
import { type AgeDecision, decideByAge, type RotationPolicy } from "./schedule.ts";

/**
 * What the provider itself writes among the inputs of a resource, so that the next run knows what this one
 * decided and a preview shows it.
 */
export interface Stamp {
  /** When the key that the inputs ask for was decided upon: a later moment asks for a new key. RFC 3339. */
  readonly keySince: string;
  /** When that key is due, in RFC 3339; absent without a policy. */
  readonly rotatesAt?: string | undefined;
  /** The token of the last order to rotate at once that was carried out. */
  readonly rotateNow?: string | undefined;
}

export interface StampRequest {
  /** The stamp of the last run; undefined where there is no key yet. */
  readonly last: Stamp | undefined;
  readonly policy: RotationPolicy | undefined;
  readonly order: RotateNow | undefined;
  /** The resource's name, for orders. */
  readonly name: string;
  /** Whether an input asks for a new key by itself (a keeper that changed). */
  readonly changed: boolean;
  /** When the key was made that is taken over, where there is one. */
  readonly adoptedSince?: number | undefined;
  readonly now: number;
}

export interface Stamped {
  readonly stamp: Stamp;
  /** What the age of the key says, where there is a policy and the key stays. */
  readonly held: AgeDecision | undefined;
}

/** Decides whether this run asks for a new key, and writes down what was decided. */
export function stampInputs(request: StampRequest): Stamped {
  const { last, policy, order, name, changed, adoptedSince, now } = request;
  const ordered = order && isOrdered(order, name) ? order.token : undefined;
  const rotateNow = ordered ?? last?.rotateNow;
  const since = last && Date.parse(last.keySince);
  const decision = policy && since !== undefined ? decideByAge(since, policy, now) : undefined;
  const rotate =
    since === undefined || changed || rotateNow !== last?.rotateNow || decision?.action === "rotate";
  // A clock that was set back must not make the new key look older than the one it replaces.
  const keySince = rotate ? Math.max(adoptedSince ?? now, (since ?? 0) + 1000) : since;
  const rotatesAt = policy && decideByAge(keySince, policy, now).rotatesAt;
  return {
    stamp: {
      keySince: rfc3339(keySince),
      ...(rotatesAt === undefined ? {} : { rotatesAt: rfc3339(rotatesAt) }),
      ...(rotateNow === undefined ? {} : { rotateNow }),
    },
    held: rotate ? undefined : decision,
  };
}

/** Whole seconds: finer ones would tell a reader nothing. */
function rfc3339(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
