import type { Kind, Properties } from "../kinds/kind.ts";
import { isAskedFor, reasonsText, supersededText } from "../rotation/outlook.ts";
import type { Session } from "../session.ts";
import { checkInputs, type Taking } from "./checkInputs.ts";
import type { Checked, Difference, Found, Lifecycle } from "./contract.ts";
import { restamped } from "./keyDecision.ts";
import { tidy, tryTidy } from "./leftBehind.ts";
import { LOST } from "./leftovers.ts";
import { Unsettled, unfinished } from "./makeKey.ts";
import { handedOut, MARK } from "./mark.ts";
import { OWNER } from "./ownerInput.ts";
import { OwnKeys } from "./ownKeys.ts";
import { compact, pick } from "./properties.ts";
import { decideRotation, revertOrder } from "./rotatingDecision.ts";
import { diffRotating } from "./rotatingDiff.ts";
import { idlePolicyText, retirementPolicy, takenBy } from "./rotatingInputs.ts";
import { heldByPrevious } from "./rotatingOutlook.ts";
import { readRotating } from "./rotatingRead.ts";
import { ownKeysOf, type RotatingResource } from "./rotatingResource.ts";
import type { RotatingState } from "./rotatingState.ts";
import { Rotation } from "./rotation.ts";
import { UNSETTLED } from "./unsettled.ts";

/**
 * A resource that holds two keys of a kind, the current one and the previous one. It rotates by update in place, and
 * whoever still uses the previous key can keep using it until it is retired.
 */
export class RotatingLifecycle implements Lifecycle {
  readonly #resource: RotatingResource;
  readonly #taking: Taking;

  constructor(type: string, kind: Kind, session: Session) {
    this.#taking = takenBy(type, kind);
    this.#resource = { type, kind, session, names: Object.keys(this.#taking.fields) };
  }

  async check(olds: Properties, news: Properties): Promise<Checked> {
    const { session } = this.#resource;
    const checked = await checkInputs({ ...this.#taking, session }, olds, news);
    const idle = checked.problems.length === 0 ? idlePolicyText(checked.inputs) : undefined;
    if (idle) ownKeysOf(this.#resource, {}, checked.inputs).warnOnce(idle);
    return checked;
  }

  async diff(_id: string, outputs: Properties, inputs: Properties): Promise<Difference> {
    return diffRotating(this.#resource, outputs, inputs);
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const { type, kind, session } = this.#resource;
    const id = session.ports.uuid();
    const own = OwnKeys.ofNew(type, kind, session, inputs);
    // The key of another account does not carry out again what was ordered once.
    const rotation = new Rotation(
      own,
      { ...own.owner.predecessor?.orders },
      inputs,
      retirementPolicy(inputs),
    );
    try {
      await rotation.renew();
    } catch (error) {
      // A key that a replacement may have made is on trial, so a later run recognizes it.
      const isUnsettled = error instanceof Unsettled && !own.owner.predecessor;
      if (!rotation.hasChanged && !isUnsettled) throw error;
      const outputs = { ...this.#outputs(rotation, {}, inputs), ...pick(own.withNextMark({}), [MARK]) };
      throw unfinished(id, compact({ ...handedOut(outputs), [UNSETTLED]: isUnsettled || undefined }), error);
    }
    const tidied = await tryTidy(own, { ...inputs, ...rotation.state.current });
    return { id, outputs: compact({ ...this.#outputs(rotation, {}, inputs), ...tidied }) };
  }

  async read(_id: string, outputs: Properties): Promise<Found | undefined> {
    return readRotating(this.#resource, outputs);
  }

  async update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    return this.#run(id, outputs, inputs, async (own, rotation) => {
      await this.#advance(own, rotation, outputs, inputs);
      await rotation.updateCurrent(outputs, inputs);
      await rotation.renamePrevious(outputs, inputs);
    });
  }

  /**
   * Rotates now, whatever is due. The key that was current until now stays until the next call. For a caller that calls
   * only when it wants a new key.
   */
  async rotate(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    return this.#run(id, outputs, inputs, async (own, rotation) => {
      own.owner.isRenewed("it was asked for");
      await rotation.supersede("its overlap is over");
    });
  }

  async delete(_id: string, outputs: Properties): Promise<void> {
    const own = ownKeysOf(this.#resource, outputs, outputs);
    const state = outputs as RotatingState;
    await new Rotation(own, state, outputs, retirementPolicy(outputs)).removeAll();
    // A replacement has tidied up when it was made.
    if (!own.owner.wanted) await tidy(own, { ...outputs, ...state.current });
  }

  /** Changes the keys, and returns the outputs after that. If it fails halfway, the error carries the outputs. */
  async #run(
    id: string,
    outputs: Properties,
    inputs: Properties,
    work: (own: OwnKeys, rotation: Rotation) => Promise<void>,
  ): Promise<Properties> {
    const { kind } = this.#resource;
    const own = ownKeysOf(this.#resource, outputs, inputs);
    const rotation = new Rotation(own, outputs as RotatingState, inputs, retirementPolicy(inputs));
    const { abandoned } = outputs as RotatingState;
    // A key that may have been delivered may be in use until there is another one. But if the new key needs room, it goes first.
    const mayBeRead = kind.isDelivered?.(outputs) && kind.requireRoom === undefined;
    try {
      if (!mayBeRead) await rotation.clear(abandoned);
      await work(own, rotation);
      if (mayBeRead) await rotation.clear(abandoned);
    } catch (error) {
      if (!rotation.hasChanged) throw error;
      // Without a new key, the inputs of the last run stay. So the next run sees what this one did not get to.
      throw unfinished(id, this.#outputs(rotation, outputs, rotation.hasRenewed ? inputs : outputs), error);
    }
    const tidied = await tryTidy(own, { ...inputs, ...rotation.state.current });
    return compact({ ...this.#outputs(rotation, outputs, inputs), ...tidied });
  }

  /** One step: a new key, if one is asked for and there is room. Otherwise, the retirement of the previous key. */
  async #advance(own: OwnKeys, rotation: Rotation, outputs: Properties, inputs: Properties): Promise<void> {
    const { current, previous } = rotation.state;
    const revert = revertOrder(this.#resource, outputs, inputs);
    if (revert) return rotation.revert(revert);
    const { reasons } = decideRotation(this.#resource, outputs, inputs);
    if (reasons.length > 0) own.owner.isRenewed(reasonsText(reasons));
    // Until there is a new key, anybody can have only the previous one.
    if (!current) return rotation.renew();
    if (previous && isAskedFor(reasons)) {
      own.warn(`its previous key ${previous.id} is ${supersededText(false)}`);
      return rotation.supersede("a new key was ordered");
    }
    await rotation.retirePrevious();
    if (reasons.length === 0) return;
    const { previous: kept } = rotation.state;
    if (kept) return own.foretell(heldByPrevious(kept, reasons));
    await rotation.renew();
  }

  /** The outputs after a rotation, finished or not: what the inputs say, and what the resource really holds. */
  #outputs({ state }: Rotation, outputs: Properties, inputs: Properties): Properties {
    const { kind, names } = this.#resource;
    return compact({
      // A first key that may appear late is remembered as long as there is no other key.
      ...(state.current ? {} : pick(outputs, [UNSETTLED])),
      ...pick(outputs, [LOST]),
      ...pick(inputs, names),
      ...pick({ ...outputs, ...inputs }, [OWNER]),
      ...state,
      ...restamped(kind, { createdAt: state.current?.createdAt, ...state }, inputs),
    });
  }
}
