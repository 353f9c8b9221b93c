import type { OneKey, Properties } from "../kinds/kind.ts";
import { Opaque } from "../opaque.ts";
import type { RetirementPolicy } from "../rotation/retirement.ts";
import { ORDER_OUTPUTS } from "./ordersDone.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { compact, pick } from "./properties.ts";
import type { HeldKey, RotatingState } from "./rotatingState.ts";

/**
 * The keys that one rotating resource holds during one run. Every step is written into `state` as soon as the API
 * has taken it. So a later failure leaves a state that matches what exists.
 */
export class HeldKeys extends Opaque {
  readonly own: OwnKeys;
  readonly inputs: Properties;
  readonly policy: RetirementPolicy;
  #state: RotatingState;
  #hasChanged = false;

  constructor(own: OwnKeys, state: RotatingState, inputs: Properties, policy: RetirementPolicy) {
    super();
    const { current, previous, abandoned, deliveries, keySince, mark } = state;
    this.own = own;
    // For what the program leaves out, the API chose a value for the first key. For another caller it may choose another.
    this.inputs = compact({ ...pick(current ?? previous ?? {}, own.kind.chosenByApi), ...inputs });
    this.policy = policy;
    this.#state = {
      ...{ current, previous, keySince, mark },
      ...pick({ ...state }, ORDER_OUTPUTS),
      ...notDeleted(abandoned, deliveries),
    };
  }

  get state(): RotatingState {
    return this.#state;
  }

  /** Whether this run has changed anything outside. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** Records a step that the API has taken. */
  become(change: Partial<RotatingState>): void {
    this.#state = { ...this.#state, ...change };
    this.#hasChanged = true;
  }

  /** Records what the current key looks like after an update in place. */
  describeCurrent(current: HeldKey): void {
    this.#state = { ...this.#state, current };
  }

  /** Leaves a key to the next run, which deletes it. */
  abandon(id: string, delivery?: OneKey): void {
    const { abandoned = [], deliveries = [] } = this.#state;
    this.become(notDeleted([...abandoned, id], delivery ? [...deliveries, delivery] : deliveries));
  }

  /** Forgets a key that an earlier run could not delete. */
  forgetAbandoned(id: string): void {
    const { abandoned, deliveries } = this.#state;
    this.become(
      notDeleted(
        abandoned?.filter((each) => each !== id),
        deliveries,
      ),
    );
  }

  /** The key with what only its resource says in older states: where its secrets went. */
  whole<Key extends OneKey>(key: Key): Key {
    return { ...this.inputs, ...key };
  }

  /** Whether another resource has adopted the key. That resource then deletes it. */
  async isAnothers(key: HeldKey): Promise<boolean> {
    return this.own.isTakenOver(key.id, this.whole(key));
  }

  /** The latest time that it may be, in RFC 3339. */
  now(): string {
    return new Date(this.own.session.latestNow()).toISOString();
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
