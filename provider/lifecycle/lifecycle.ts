import { isDeepStrictEqual } from "node:util";
import { IamKeysError, PartialFailure, UnusableKey } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import { type Difference, difference } from "./diff.ts";
import { type Validated, validateInputs } from "./validate.ts";

/** What a refresh found: the key as it is, or undefined where it is gone. */
export interface Found {
  readonly outputs: Properties;
  /** The inputs as they would read to give these outputs, where somebody changed the key elsewhere. */
  readonly inputs: Properties | undefined;
}

/**
 * The life of a key of any kind: checked, compared, made, read, updated, deleted. Written once; all that
 * differs between kinds is in the kind.
 */
export class Lifecycle {
  readonly #kind: Kind;
  readonly #session: Session;

  constructor(kind: Kind, session: Session) {
    this.#kind = kind;
    this.#session = session;
  }

  /** Checks the inputs, and the caller's settings, before any request. */
  check(news: Properties): Validated {
    const { inputs, problems } = validateInputs(this.#kind, news);
    try {
      this.#kind.checkSettings(this.#session);
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      return { inputs, problems: [...problems, error.message] };
    }
    return { inputs, problems };
  }

  /** What an `up` would do. */
  diff(outputs: Properties, inputs: Properties): Difference {
    const found = difference(this.#kind, outputs, inputs, this.#session.ports.now());
    // The preview lists the inputs that differ. Where time alone is the reason, only these words tell it.
    if (found.due) this.#session.ports.warn(`${this.#kind.type} is replaced: ${found.due.reason}.`);
    return found;
  }

  async create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }> {
    try {
      const { id, outputs } = await this.#kind.create(this.#session, inputs);
      return { id, outputs: compact({ ...inputs, ...outputs }) };
    } catch (error) {
      if (error instanceof UnusableKey) throw await this.#discard(error, inputs);
      if (error instanceof PartialFailure) {
        throw new PartialFailure(error.id, compact({ ...inputs, ...error.properties }), error.message);
      }
      throw error;
    }
  }

  async read(id: string, outputs: Properties): Promise<Found | undefined> {
    const live = await this.#kind.read(this.#session, id, outputs);
    if (!live) return undefined;
    const found = compact({ ...outputs, ...live });
    const inputNames = Object.keys(this.#kind.inputs.shape);
    const drifted = inputNames.some((name) => Object.hasOwn(live, name) && live[name] !== outputs[name]);
    return { outputs: found, inputs: drifted ? this.#asInputs(found) : undefined };
  }

  async update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    const changed = await this.#kind.update(this.#session, id, outputs, inputs);
    // An input that was taken away leaves no trace; every other output stays.
    const updatable = Object.keys(this.#kind.inputs.shape).filter(
      (name) => !this.#kind.replaceOn.includes(name),
    );
    const given = Object.fromEntries(updatable.map((name) => [name, inputs[name]]));
    return compact({ ...outputs, ...given, ...changed });
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    await this.#kind.delete(this.#session, id, outputs);
  }

  #asInputs(outputs: Properties): Properties {
    const { inputs, defaults } = this.#kind;
    const stated = Object.keys(inputs.shape).filter(
      (name) => !isDeepStrictEqual(outputs[name], defaults[name]),
    );
    return compact(Object.fromEntries(stated.map((name) => [name, outputs[name]])));
  }

  /** A key without its secret is of no use to anybody: it goes, or stays in the state to go in the next run. */
  async #discard({ id, why }: UnusableKey, inputs: Properties): Promise<Error> {
    try {
      await this.#kind.delete(this.#session, id, inputs);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return new PartialFailure(
        id,
        inputs,
        `${why.message} Key ${id} was made and cannot be used; deleting it failed too: ${reason} The next run replaces and deletes it.`,
      );
    }
    return new IamKeysError(
      "UNEXPECTED_REPLY",
      `${why.message} Key ${id}, which cannot be used, was deleted.`,
      {
        hint: "Run again.",
      },
    );
  }
}

function compact(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
