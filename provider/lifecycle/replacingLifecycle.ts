import { PartialFailure } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import { ADOPT, adoptedId, adoptKey } from "./adoption.ts";
import { checkInputs } from "./checkInputs.ts";
import type { Checked, Difference, Found, Lifecycle } from "./contract.ts";
import { asInputs, changedInputs, changedStamps, driftedInputs } from "./difference.ts";
import { LeftOver, makeKey, Unsettled, unfinished } from "./makeKey.ts";
import { OwnKeys } from "./ownKeys.ts";
import { compact, madeAt, pick } from "./properties.ts";
import { asksForNewKey, nameOf, reasonForNewKey, stampsOf } from "./stampedInputs.ts";
import { isUnsettled, unsettledId } from "./unsettled.ts";

/** A resource that is one key. A new key is a new resource: the engine makes it first and deletes the old one. */
export class ReplacingLifecycle implements Lifecycle {
  readonly #kind: Kind;
  readonly #session: Session;
  readonly #names: readonly string[];

  constructor(kind: Kind, session: Session) {
    this.#kind = kind;
    this.#session = session;
    this.#names = Object.keys(kind.inputs.shape);
  }

  async check(olds: Properties, news: Properties): Promise<Checked> {
    const { type, inputs } = this.#kind;
    return checkInputs(
      {
        type,
        kind: this.#kind,
        fields: inputs.shape,
        session: this.#session,
        problems: () => [],
        // Such an input replaces the resource, and the new one is checked by itself.
        changesKey: () => false,
      },
      olds,
      news,
    );
  }

  diff(id: string, outputs: Properties, inputs: Properties): Difference {
    const own = this.#own(id, outputs, inputs);
    const { type, replaceOn, renewal, chosenByApi } = this.#kind;
    const chosen = chosenByApi.filter((name) => name !== ADOPT);
    own.owner.isHeld(outputs.keySince, outputs.createdAt, pick(outputs, chosen));
    const changed = changedInputs(this.#kind, this.#names, outputs, inputs).filter(
      (name) => name !== ADOPT || !own.owner.owns(String(adoptedId(inputs))),
    );
    const stamps = changedStamps(outputs, inputs);
    // A key that was adopted may have come without its secret.
    const needed = adoptedId(outputs) === id ? [] : neededOutputs(this.#kind, outputs);
    const lost = needed.filter((name) => outputs[name] === undefined);
    const coming = renewal?.(outputs, inputs);
    const due = coming && coming.from <= this.#session.ports.now() ? coming : undefined;
    // The preview lists the inputs that differ. Where something else is the reason, only these words tell it.
    if (due) this.#session.ports.warn(`${nameOf(type, inputs)} is replaced: ${due.reason}.`);
    if (outputs.abandoned) own.warnOfSweep(outputs.abandoned);
    const replacing = changed.filter((name) => replaceOn.includes(name));
    own.owner.isRenewed(
      due?.reason ?? (lost.length > 0 ? `${lost} is missing` : reasonForNewKey(replacing, outputs, inputs)),
    );
    return {
      replaces: [
        ...replacing,
        ...(asksForNewKey(outputs, inputs) ? stamps : []),
        ...lost,
        ...(due ? [due.property] : []),
      ],
      updates: [
        ...changed.filter((name) => !replaceOn.includes(name)),
        ...stamps,
        ...(outputs.abandoned ? ["abandoned"] : []),
      ],
    };
  }

  async create(asked: Properties): Promise<{ id: string; outputs: Properties }> {
    const own = OwnKeys.ofNew(this.#kind.type, this.#kind, this.#session, asked);
    // What the program leaves out stays as it was: another caller's choice may be another account.
    const inputs = compact({ ...own.owner.predecessor?.chosen, ...asked });
    try {
      const { id, outputs } = (await adoptKey(own, inputs)) ?? (await makeKey(own, inputs));
      own.events.happened("promoted", { keyId: id });
      await own.trySweep(outputs);
      return { id, outputs: compact({ ...inputs, ...outputs, ...own.ownedSince(outputs.createdAt) }) };
    } catch (error) {
      // Without its secret in the state, the next run sees that the key must be replaced.
      if (error instanceof LeftOver) throw unfinished(error.id, inputs, error);
      // What a replacement may have made is deleted with the key that it did not come to replace.
      if (error instanceof Unsettled && !own.owner.predecessor)
        throw unfinished(unsettledId(this.#session.ports.uuid()), inputs, error);
      if (!(error instanceof PartialFailure)) throw error;
      throw unfinished(error.id, compact({ ...inputs, ...error.properties }), error);
    }
  }

  async read(id: string, outputs: Properties): Promise<Found | undefined> {
    const own = this.#own(id, outputs, outputs);
    const unsettled = isUnsettled(id);
    const live = unsettled ? {} : await own.kind.read(this.#session, id, outputs);
    if (!live) return undefined;
    const abandoned = await own.noticed(outputs, unsettled ? "ever" : "before");
    if (unsettled && !abandoned) return undefined;
    await own.nameUnknown(outputs, "newest");
    const found = compact({ ...outputs, ...live, abandoned });
    const drifted = driftedInputs(this.#kind, this.#names, outputs, live);
    return {
      outputs: found,
      inputs: drifted.length > 0 ? asInputs(this.#kind, this.#names, found) : undefined,
    };
  }

  async update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    const own = this.#own(id, outputs, inputs);
    const changed = await own.kind.update(this.#session, id, outputs, inputs);
    await own.trySweep(outputs);
    // An input that was taken away leaves no trace; every other output stays.
    const updatable = this.#names.filter((name) => !this.#kind.replaceOn.includes(name));
    const { abandoned: _, ...kept } = outputs;
    return compact({ ...kept, ...pick(inputs, updatable), ...stampsOf(inputs), ...changed });
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    const own = this.#own(id, outputs, outputs);
    if (!isUnsettled(id) && !own.isTakenOver(id)) {
      await own.remove(
        id,
        outputs,
        own.owner.wanted ? "another key took its place" : "its resource is deleted",
      );
    }
    await own.sweep(outputs, own.owner.wanted ? "before" : "ever");
    if (!own.owner.wanted) await own.nameUnknown(outputs, "ever");
  }

  #own(id: string, outputs: Properties, inputs: Properties): OwnKeys {
    const own = new OwnKeys(this.#kind.type, this.#kind, this.#session, outputs, inputs);
    own.owner.know(id, madeAt(outputs));
    return own;
  }
}

/** The outputs that a key must have been made with. */
function neededOutputs(kind: Kind, outputs: Properties): readonly string[] {
  return kind.needed?.(outputs) ?? kind.secretOutputs;
}
