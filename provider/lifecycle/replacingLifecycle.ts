import { IamKeysError, ownCredential, PartialFailure } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import type { Checked, Difference, Found, Lifecycle } from "./contract.ts";
import { asInputs, changedInputs, changedStamps } from "./difference.ts";
import { LeftOver, makeKey, unfinished } from "./makeKey.ts";
import { compact, pick } from "./properties.ts";
import { asksForNewKey, nameOf, stamped, stampsOf } from "./stampedInputs.ts";
import { validateInputs } from "./validate.ts";

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

  check(olds: Properties, news: Properties): Checked {
    const { inputs, problems } = validateInputs(this.#kind.type, this.#kind.inputs.shape, news);
    if (problems.length > 0) return { inputs, problems };
    try {
      this.#kind.checkSettings(this.#session);
      return { inputs: stamped(this.#kind.type, olds, inputs, false, this.#session.ports), problems };
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      return { inputs, problems: [error.message] };
    }
  }

  diff(outputs: Properties, inputs: Properties): Difference {
    const { type, replaceOn, secretOutputs, due } = this.#kind;
    const changed = changedInputs(this.#kind, this.#names, outputs, inputs);
    const stamps = changedStamps(outputs, inputs);
    const lost = secretOutputs.filter((name) => outputs[name] === undefined);
    const reason = due?.(outputs, inputs, this.#session.ports.now());
    // The preview lists the inputs that differ. Where time alone is the reason, only these words tell it.
    if (reason) this.#session.ports.warn(`${nameOf(type, inputs)} is replaced: ${reason.reason}.`);
    return {
      replaces: [
        ...changed.filter((name) => replaceOn.includes(name)),
        ...(asksForNewKey(outputs, inputs) ? stamps : []),
        ...lost,
        ...(reason ? [reason.property] : []),
      ],
      updates: [...changed.filter((name) => !replaceOn.includes(name)), ...stamps],
    };
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    try {
      const { id, outputs } = await makeKey(this.#kind, this.#session, inputs);
      return { id, outputs: compact({ ...inputs, ...outputs }) };
    } catch (error) {
      // Without its secret in the state, the next run sees that the key must be replaced.
      if (error instanceof LeftOver) throw unfinished(error.id, inputs, error);
      if (!(error instanceof PartialFailure)) throw error;
      throw unfinished(error.id, compact({ ...inputs, ...error.properties }), error);
    }
  }

  async read(id: string, outputs: Properties): Promise<Found | undefined> {
    const live = await this.#kind.read(this.#session, id, outputs);
    if (!live) return undefined;
    const found = compact({ ...outputs, ...live });
    const drifted = this.#names.some((name) => Object.hasOwn(live, name) && live[name] !== outputs[name]);
    return { outputs: found, inputs: drifted ? asInputs(this.#kind, this.#names, found) : undefined };
  }

  async update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    const changed = await this.#kind.update(this.#session, id, outputs, inputs);
    // An input that was taken away leaves no trace; every other output stays.
    const updatable = this.#names.filter((name) => !this.#kind.replaceOn.includes(name));
    return compact({ ...outputs, ...pick(inputs, updatable), ...stampsOf(inputs), ...changed });
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    if (await this.#kind.callerNeeds?.(this.#session, id, outputs)) throw ownCredential(id);
    await this.#kind.delete(this.#session, id, outputs);
  }
}
