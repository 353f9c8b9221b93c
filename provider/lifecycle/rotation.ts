import { clockWords } from "../api/clockFault.ts";
import type { LastUse } from "../api/verification.ts";
import {
  IamKeysError,
  isListRefused,
  isNotFound,
  messageOf,
  ownCredential,
  PartialFailure,
} from "../errors.ts";
import type { OneKey, Properties } from "../kinds/kind.ts";
import { Opaque } from "../opaque.ts";
import { parseDuration } from "../rotation/duration.ts";
import { CUT_OFF, retirementReason, revertReason } from "../rotation/outlook.ts";
import { type RetirementPolicy, retirementStep, stillNeeded } from "../rotation/retirement.ts";
import { adoptKey } from "./adoption.ts";
import { keySince, stampsOfNew } from "./keyDecision.ts";
import { LeftOver, makeKey } from "./makeKey.ts";
import { MARK } from "./mark.ts";
import { OWNER } from "./ownerInput.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { compact, madeAt, pick } from "./properties.ts";
import { type Revert, revertStamp } from "./revertOrder.ts";
import type { HeldKey, PreviousKey, RotatingState } from "./rotatingState.ts";
import { verifyKey } from "./verifyKey.ts";

/** A key that somebody deleted elsewhere is used by nobody. */
function ofNone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

/**
 * The keys of one rotating resource during one run. Every step is written into `state` as soon as the API
 * has done it, so that a later failure finds the state as the world is.
 */
export class Rotation extends Opaque {
  readonly #own: OwnKeys;
  readonly #inputs: Properties;
  readonly #policy: RetirementPolicy;
  #state: RotatingState;
  #changed = false;
  #renewed = false;

  constructor(
    own: OwnKeys,
    { current, previous, abandoned, deliveries, keySince, rotateNow, revertNow, mark }: RotatingState,
    inputs: Properties,
    policy: RetirementPolicy,
  ) {
    super();
    this.#own = own;
    // What the program leaves out, the API chose for the first key: another caller's choice may be another one.
    this.#inputs = compact({ ...pick(current ?? previous ?? {}, own.kind.chosenByApi), ...inputs });
    this.#policy = policy;
    this.#state = {
      ...{ current, previous, keySince, rotateNow, revertNow, mark },
      ...notDeleted(abandoned, deliveries),
    };
  }

  get state(): RotatingState {
    return this.#state;
  }

  /** Whether the world is no longer as it was before this run. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Whether this run has made the current key, by what the inputs say. */
  get renewed(): boolean {
    return this.#renewed;
  }

  /** Makes a new key, tries it, and only then makes it the current one. */
  async renew(): Promise<void> {
    const { current } = this.#state;
    const { ports } = this.#own.session;
    const begun = ports.now();
    const adopted = await adoptKey(this.#own, this.#inputs);
    const key = adopted ? this.#held(adopted.id, adopted.outputs) : await this.#make();
    const since = (adopted && keySince(key)) ?? begun;
    this.#renewed = true;
    this.#become({
      current: key,
      ...pick(key, [MARK]),
      ...stampsOfNew(ports, this.#inputs, since),
      ...(current
        ? { previous: { ...current, replacedAt: this.#now() } }
        : { revertNow: revertStamp(ports, this.#inputs) ?? this.#state.revertNow }),
    });
    this.#own.events.happened("promoted", { keyId: key.id, previousKeyId: current?.id });
    if (current && parseDuration(this.#policy.overlap) === 0 && !this.#policy.undo)
      await this.#removePrevious();
  }

  /**
   * Renews before the overlap of the previous key is over, and deletes that one: after the new key works, except where
   * the API has room for two alone. What then cannot be deleted is for the next run.
   */
  async supersede(reason: string): Promise<void> {
    const { current, previous } = this.#state;
    // Without a current key the previous one is all that anybody can have: it stays.
    if (!current || !previous) return this.renew();
    const { kind, session } = this.#own;
    // Asked before there is a new key: this run could go on with that one, and the next run could not.
    if (await kind.callerNeeds?.(session, previous.id, previous)) throw ownCredential(previous.id);
    if (kind.requireRoom) {
      await this.#own.retire(this.#whole(previous), reason);
      this.#become({ previous: undefined });
      return this.renew();
    }
    await this.renew();
    const old = this.#whole(previous);
    try {
      await this.#own.retire(old, reason);
    } catch (error) {
      this.#own.warn(`its key ${old.id} is deleted by the next run: ${messageOf(error)}`);
      this.#abandon(old.id, kind.deliveryOf?.(old));
    }
  }

  /** Makes the previous key, which must still work, the current one again, and that one the previous. */
  async revert({ token, previous }: Revert): Promise<void> {
    const { current } = this.#state;
    await this.#mustWork(previous);
    const { replacedAt: _, inactiveSince: __, ...key } = previous;
    this.#become({
      current: key as HeldKey,
      previous: current && { ...current, replacedAt: this.#now() },
      // It is as old as it is.
      keySince: undefined,
      revertNow: token,
    });
    this.#own.events.happened("promoted", {
      keyId: previous.id,
      previousKeyId: current?.id,
      reason: revertReason(token),
    });
  }

  async #mustWork(previous: PreviousKey): Promise<void> {
    const { kind, session } = this.#own;
    const whole = this.#whole(previous);
    const live = await kind.read(session, previous.id, whole);
    const isRefused = !live || (kind.setActive !== undefined && live.status === "Inactive");
    const isTried = !isRefused && !kind.isDelivered?.(whole);
    const problem = isTried
      ? await verifyKey(this.#own, { id: previous.id, outputs: previous }, this.#inputs)
      : undefined;
    if (!isRefused && !problem) return;
    const why = !live ? "is gone" : isRefused ? "is inactive" : "does not work";
    throw new IamKeysError(
      "CONFLICT",
      `The previous key ${previous.id} ${why}, so there is no way back to it. The current one stays.`,
      { hint: "Take the order iam-keys:revertNow out." },
    );
  }

  /** Takes the next step of the previous key's retirement, where one is due and nobody uses the key. */
  async retirePrevious(): Promise<void> {
    const { previous } = this.#state;
    if (!previous) return;
    try {
      await this.#retire(previous);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // Somebody deleted it elsewhere, which ends its retirement.
      this.#become({ previous: undefined });
    }
  }

  async #retire(previous: PreviousKey): Promise<void> {
    const canDeactivate = this.#own.kind.setActive !== undefined;
    const { session } = this.#own;
    const step = retirementStep(previous, this.#policy, canDeactivate, session.ports.now());
    if (step === "keep") return;
    if (await this.#isAnothers(previous)) return this.#become({ previous: undefined });
    const reason = retirementReason(step, previous);
    if (step === "reactivate") {
      const { inactiveSince: _, ...active } = await this.#withActive(previous, true, reason);
      return this.#become({ previous: active as PreviousKey });
    }
    // The servers say what time it is: a machine whose clock is ahead would end the overlap early.
    if (session.aheadMs === undefined && !(await this.#isThere(previous)))
      return this.#become({ previous: undefined });
    if (retirementStep(previous, this.#policy, canDeactivate, session.earliestNow()) !== step)
      return this.#stays(previous, `its time has not come: this ${clockWords(session.aheadMs ?? 0)}`);
    if (await this.#mustStay(previous)) return;
    if (step === "deactivate") {
      const inactive = await this.#withActive(previous, false, reason);
      return this.#become({ previous: { ...inactive, inactiveSince: this.#now() } });
    }
    await this.#own.retire(this.#whole(previous), reason);
    this.#become({ previous: undefined });
  }

  /** Who may not list keys is told the time as well. */
  async #isThere(key: HeldKey): Promise<boolean> {
    const { kind, session } = this.#own;
    try {
      return (await kind.read(session, key.id, this.#whole(key))) !== undefined;
    } catch (error) {
      if (!isListRefused(error)) throw error;
      return true;
    }
  }

  /** Deletes the key that was current until now, because there is to be no overlap. */
  async #removePrevious(): Promise<void> {
    const { previous } = this.#state;
    if (!previous || (await this.#staysForCaller(previous))) return;
    if (await this.#isAnothers(previous)) return this.#become({ previous: undefined });
    this.#own.warn(`its previous key ${previous.id} is deleted at once: ${CUT_OFF}`);
    await this.#own.retire(this.#whole(previous), "there is to be no overlap");
    this.#become({ previous: undefined });
  }

  /** Brings the current key in line with inputs that update in place. */
  async updateCurrent(outputs: Properties, inputs: Properties): Promise<void> {
    const { current } = this.#state;
    // A key that this run made was made from these inputs.
    if (!current || current.id !== (outputs as RotatingState).current?.id) return;
    const { kind, session } = this.#own;
    const held = { ...pick(outputs, [OWNER, "tagDescription"]), ...current };
    const changed = await kind.update(session, current.id, held, { ...inputs, ...pick(current, [MARK]) });
    this.#state = { ...this.#state, current: compact({ ...current, ...changed }) as HeldKey };
  }

  /** Deletes the keys that an earlier run could not delete, and withdraws what was delivered of them. */
  async clear(ids: readonly string[] = []): Promise<void> {
    for (const id of ids) {
      const { abandoned, deliveries } = this.#state;
      const delivery = deliveries?.find((each) => each.id === id);
      if (delivery) await this.#own.retire(this.#whole(delivery), "an earlier run could not delete it");
      else if (!(await this.#own.isTakenOver(id, this.#inputs)))
        await this.#own.discard(id, this.#inputs, "it was made in vain");
      this.#become(
        notDeleted(
          abandoned?.filter((each) => each !== id),
          deliveries,
        ),
      );
    }
  }

  /** Leaves a key to the next run, which deletes it. */
  #abandon(id: string, delivery?: OneKey): void {
    const { abandoned = [], deliveries = [] } = this.#state;
    this.#become(notDeleted([...abandoned, id], delivery ? [...deliveries, delivery] : deliveries));
  }

  /** Deletes every key of the resource. */
  async removeAll(): Promise<void> {
    await this.clear(this.#state.abandoned);
    for (const key of [this.#state.previous, this.#state.current]) {
      if (key) await this.#own.retire(this.#whole(key), "its resource is deleted");
    }
  }

  async #make(): Promise<HeldKey> {
    await this.#own.requireRoom(this.#inputs);
    try {
      const { id, outputs } = await makeKey(this.#own, this.#inputs);
      return this.#held(id, outputs);
    } catch (error) {
      // A key that exists but is not as asked for is no current key: the next run deletes it and makes another.
      if (error instanceof LeftOver || error instanceof PartialFailure) {
        this.#abandon(error.id);
      }
      throw error;
    }
  }

  /** The key with what it does not repeat of its resource: where its secrets went, as older states have it. */
  #whole<Key extends OneKey>(key: Key): Key {
    return { ...this.#inputs, ...key };
  }

  #held(id: string, outputs: Properties): HeldKey {
    const createdAt = madeAt(outputs);
    return { ...compact(outputs), id, createdAt: typeof createdAt === "string" ? createdAt : this.#now() };
  }

  async #withActive(previous: PreviousKey, active: boolean, reason: string): Promise<PreviousKey> {
    const { kind, session, events } = this.#own;
    const { id } = previous;
    const changed = await events.step(
      active ? "promoted" : "retired",
      { keyId: id, step: active ? "reactivate" : "deactivate", reason },
      async () => kind.setActive?.(session, id, previous, active),
    );
    return { ...previous, ...changed };
  }

  /** Whether the previous key is in use still, by somebody else or by this run. */
  async #mustStay(previous: PreviousKey): Promise<boolean> {
    if (await this.#staysForCaller(previous)) return true;
    const { unlessUsedWithin, onceCurrentUsed } = this.#policy;
    if (previous.inactiveSince !== undefined) return false;
    const { current } = this.#state;
    const use = unlessUsedWithin === undefined ? undefined : await this.#lastUse(previous);
    const ofCurrent = onceCurrentUsed && current ? await this.#lastUse(current).catch(ofNone) : undefined;
    const uses = { previous: use?.at, current: ofCurrent?.at };
    const need = stillNeeded(previous, this.#policy, uses, this.#own.session.earliestNow());
    if (need === "used")
      this.#stays(previous, `it is still used: last at ${use?.at}${use?.by ? ` by ${use.by}` : ""}`);
    if (need === "currentUnused")
      this.#stays(previous, `the current key ${current?.id} was not used yet, as far as the API tells`);
    return need !== undefined;
  }

  async #lastUse(key: HeldKey): Promise<LastUse | undefined> {
    return this.#own.kind.lastUse?.(this.#own.session, key.id, key);
  }

  async #staysForCaller(previous: PreviousKey): Promise<boolean> {
    if (!(await this.#own.kind.callerNeeds?.(this.#own.session, previous.id, previous))) return false;
    this.#stays(previous, "this run authenticates with it");
    return true;
  }

  #stays(previous: PreviousKey, reason: string): void {
    this.#own.warn(`its previous key ${previous.id} stays, because ${reason}`);
    this.#own.events.happened("refused", { keyId: previous.id, step: "delete", reason });
  }

  /** Whether another resource has adopted the key: it goes there, when its time has come. */
  async #isAnothers(key: HeldKey): Promise<boolean> {
    return this.#own.isTakenOver(key.id, this.#whole(key));
  }

  #become(change: Partial<RotatingState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed = true;
  }

  #now(): string {
    return new Date(this.#own.session.latestNow()).toISOString();
  }
}

/** The keys that could not be deleted yet, with what was delivered of them and of no other key. */
function notDeleted(
  ids: readonly string[] = [],
  deliveries: readonly OneKey[] = [],
): Pick<RotatingState, "abandoned" | "deliveries"> {
  const withdrawable = deliveries.filter(({ id }) => ids.includes(id));
  return {
    abandoned: ids.length > 0 ? ids : undefined,
    deliveries: withdrawable.length > 0 ? withdrawable : undefined,
  };
}
