import { isNotFound, messageOf, ownCredential, PartialFailure } from "../errors.ts";
import type { Properties } from "../kinds/kind.ts";
import { Opaque } from "../opaque.ts";
import { parseDuration } from "../rotation/duration.ts";
import type { RetirementPolicy } from "../rotation/retirement.ts";
import { adoptKey } from "./adoption.ts";
import { changedOwner } from "./difference.ts";
import { HeldKeys } from "./heldKeys.ts";
import { keySince, stampsOfNew } from "./keyDecision.ts";
import { LeftOver, makeKey } from "./makeKey.ts";
import { MARK } from "./mark.ts";
import { withOrderDone } from "./ordersDone.ts";
import { OWNER, withOwner } from "./ownerInput.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { compact, madeAt, pick } from "./properties.ts";
import { deletePrevious, retirePrevious } from "./retirePrevious.ts";
import { revertKey } from "./revertKey.ts";
import { type Revert, revertStamp } from "./revertOrder.ts";
import type { HeldKey, RotatingState } from "./rotatingState.ts";

/** What one run does to the keys of a rotating resource. */
export class Rotation extends Opaque {
  readonly #own: OwnKeys;
  readonly #keys: HeldKeys;
  #hasRenewed = false;

  constructor(own: OwnKeys, state: RotatingState, inputs: Properties, policy: RetirementPolicy) {
    super();
    this.#own = own;
    this.#keys = new HeldKeys(own, state, inputs, policy);
  }

  get state(): RotatingState {
    return this.#keys.state;
  }

  /** Whether this run has changed anything outside. */
  get hasChanged(): boolean {
    return this.#keys.hasChanged;
  }

  /** Whether this run has made the current key, from its inputs. */
  get hasRenewed(): boolean {
    return this.#hasRenewed;
  }

  /** Makes a new key and tries it. Only then it becomes the current one. */
  async renew(): Promise<void> {
    const { inputs, policy } = this.#keys;
    const { current } = this.state;
    const { ports } = this.#own.session;
    const begun = ports.now();
    const adopted = await adoptKey(this.#own, inputs);
    const key = adopted ? this.#held(adopted.id, adopted.outputs) : await this.#make();
    const since = (adopted && keySince(key)) ?? begun;
    this.#hasRenewed = true;
    this.#keys.become({
      current: key,
      ...pick(key, [MARK]),
      ...stampsOfNew(ports, inputs, since, { ...this.state }),
      ...(current
        ? { previous: { ...current, replacedAt: this.#keys.now() } }
        : withOrderDone({ ...this.state }, "revertNow", revertStamp(ports, inputs))),
    });
    this.#own.events.happened("promoted", { keyId: key.id, previousKeyId: current?.id });
    if (current && parseDuration(policy.overlap) === 0 && !policy.undo) await deletePrevious(this.#keys);
  }

  /**
   * Renews during the overlap of the previous key, and deletes that key. It goes after the new key works. If the API has
   * room for only two keys, it goes first. If it cannot be deleted after the new key works, the next run deletes it.
   */
  async supersede(reason: string): Promise<void> {
    const { current, previous } = this.state;
    // Without a current key, anybody can have only the previous one: it stays.
    if (!current || !previous) return this.renew();
    const { kind, session } = this.#own;
    // This check must come before the new key. This run could continue with the new key, but the next run could not.
    if (await kind.callerNeeds?.(session, previous.id, previous)) throw ownCredential(previous.id);
    const old = this.#keys.whole(previous);
    if (kind.requireRoom) {
      await this.#own.retire(old, reason);
      this.#keys.become({ previous: undefined });
      return this.renew();
    }
    await this.renew();
    try {
      await this.#own.retire(old, reason);
    } catch (error) {
      this.#own.warn(`its key ${old.id} is deleted by the next run: ${messageOf(error)}`);
      this.#keys.abandon(old.id, kind.deliveryOf?.(old));
    }
  }

  /** Makes the previous key, which must still work, the current one again. The current key becomes the previous one. */
  async revert(revert: Revert): Promise<void> {
    await revertKey(this.#keys, revert);
  }

  /** Takes the next step in the retirement of the previous key, if a step is due and nobody uses the key. */
  async retirePrevious(): Promise<void> {
    await retirePrevious(this.#keys);
  }

  /** Brings the current key in line with inputs that update in place. */
  async updateCurrent(outputs: Properties, inputs: Properties): Promise<void> {
    const { current } = this.state;
    // A key that this run made was made from these inputs.
    if (!current || current.id !== (outputs as RotatingState).current?.id) return;
    const { kind, session } = this.#own;
    const held = withOwner(outputs, current);
    const changed = await kind.update(session, current.id, held, { ...inputs, ...pick(current, [MARK]) });
    this.#keys.describeCurrent(compact({ ...current, ...changed }) as HeldKey);
  }

  /** Puts a new name of the resource on the previous key, too. Its retirement spares keys with another resource's name. */
  async renamePrevious(outputs: Properties, inputs: Properties): Promise<void> {
    const { previous } = this.state;
    const { kind, session, findable } = this.#own;
    if (!previous || !findable || kind.isDescriptionFixed || changedOwner(outputs, inputs).length === 0)
      return;
    const held = withOwner(outputs, previous);
    try {
      await kind.update(session, previous.id, held, { ...held, ...pick(inputs, [OWNER]) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#keys.become({ previous: undefined });
    }
  }

  /** Deletes the keys that an earlier run could not delete, and withdraws what was delivered of them. */
  async clear(ids: readonly string[] = []): Promise<void> {
    const { inputs } = this.#keys;
    for (const id of ids) {
      const delivery = this.state.deliveries?.find((each) => each.id === id);
      if (delivery) await this.#own.retire(this.#keys.whole(delivery), "an earlier run could not delete it");
      else if (!(await this.#own.isTakenOver(id, inputs)))
        await this.#own.discard(id, inputs, "it was made in vain");
      this.#keys.forgetAbandoned(id);
    }
  }

  /** Deletes every key of the resource. */
  async removeAll(): Promise<void> {
    await this.clear(this.state.abandoned);
    for (const key of [this.state.previous, this.state.current]) {
      if (key) await this.#own.retire(this.#keys.whole(key), "its resource is deleted");
    }
  }

  async #make(): Promise<HeldKey> {
    const { inputs } = this.#keys;
    await this.#own.requireRoom(inputs);
    try {
      const { id, outputs } = await makeKey(this.#own, inputs);
      return this.#held(id, outputs);
    } catch (error) {
      // A key that exists but cannot be used does not become current: the next run deletes it and makes another.
      if (error instanceof LeftOver || error instanceof PartialFailure) this.#keys.abandon(error.id);
      throw error;
    }
  }

  #held(id: string, outputs: Properties): HeldKey {
    const createdAt = madeAt(outputs);
    return {
      ...compact(outputs),
      id,
      createdAt: typeof createdAt === "string" ? createdAt : this.#keys.now(),
    };
  }
}
