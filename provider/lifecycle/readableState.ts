import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import { moment } from "../kinds/fields.ts";
import type { Properties } from "../kinds/kind.ts";
import type { Checked, Difference, Found, Lifecycle } from "./contract.ts";
import { nameOf } from "./ownerInput.ts";
import { madeAt } from "./properties.ts";
import { knownProblemsOf } from "./validate.ts";

const text = z.string();
const id = text.min(1);

const heldKey = z.looseObject({ id, createdAt: moment.optional(), mark: text.optional() });

/** The parts of a state by which a run decides. A moment that cannot be read would count as one that never comes. */
const fields = {
  owner: text.optional(),
  serviceAccountId: text.optional(),
  userName: text.optional(),
  mark: text.optional(),
  keySince: moment.optional(),
  rotatesAt: moment.optional(),
  rotateNow: text.optional(),
  earlierRotateNow: z.array(text).optional(),
  revertNow: text.optional(),
  earlierRevertNow: z.array(text).optional(),
  createdAt: moment.optional(),
  createDate: moment.optional(),
  expiresAt: moment.optional(),
  current: heldKey.optional(),
  previous: heldKey.extend({ replacedAt: moment, inactiveSince: moment.optional() }).optional(),
  abandoned: z.array(id).optional(),
  deliveries: z.array(z.looseObject({ id })).optional(),
  lost: z.array(id).optional(),
  leftovers: z.array(z.looseObject({ id, createdAt: moment.optional() })).optional(),
} satisfies Record<string, z.ZodType>;

/**
 * A lifecycle that does nothing to a resource whose state is not as it was written: edited by hand, damaged, or that of a
 * resource of the other form. By such a state keys would be deleted that somebody has, or be forgotten.
 */
export class OfReadableStates implements Lifecycle {
  readonly #type: string;
  readonly #isRotating: boolean;
  readonly #lifecycle: Lifecycle;

  constructor(type: string, isRotating: boolean, lifecycle: Lifecycle) {
    this.#type = type;
    this.#isRotating = isRotating;
    this.#lifecycle = lifecycle;
  }

  check(oldInputs: Properties, news: Properties): Promise<Checked> {
    return this.#lifecycle.check(oldInputs, news);
  }

  async diff(key: string, outputs: Properties, inputs: Properties): Promise<Difference> {
    requireReadable(this.#type, outputs);
    this.#requireOwnForm(key, outputs, inputs);
    return this.#lifecycle.diff(key, outputs, inputs);
  }

  create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }> {
    return this.#lifecycle.create(inputs);
  }

  async read(key: string, outputs: Properties): Promise<Found | undefined> {
    requireReadable(this.#type, outputs);
    return this.#lifecycle.read(key, outputs);
  }

  async update(key: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    requireReadable(this.#type, outputs);
    return this.#lifecycle.update(key, outputs, inputs);
  }

  async delete(key: string, outputs: Properties): Promise<void> {
    requireReadable(this.#type, outputs);
    return this.#lifecycle.delete(key, outputs);
  }

  /** An alias may give the state of a resource of one key to a rotating one, and the other way round. */
  #requireOwnForm(key: string, outputs: Properties, inputs: Properties): void {
    const { current, previous } = outputs;
    const holdsTwo = current !== undefined || previous !== undefined;
    const [holds, id] = holdsTwo
      ? ["two keys, one after the other", (current as Properties | undefined)?.id ?? key]
      : ["one key", key];
    if (this.#isRotating ? holdsTwo || madeAt(outputs) === undefined : !holdsTwo) return;
    throw new IamKeysError(
      "INVALID_STATE",
      `${nameOf(this.#type, inputs)} cannot go on with the state of a resource that holds ${holds}.`,
      {
        hint: `Nothing was done. Remove the alias, and take the key over with adopt: { id: ${JSON.stringify(id)} }.`,
      },
    );
  }
}

function requireReadable(type: string, outputs: Properties): void {
  for (const [name, field] of Object.entries<z.ZodType>(fields)) {
    const [problem] = knownProblemsOf(name, field, outputs[name]);
    if (problem === undefined) continue;
    throw new IamKeysError("INVALID_STATE", `The state of ${nameOf(type, outputs)} is damaged: ${problem}.`, {
      hint: "Nothing was done. Restore an older state with `pulumi stack import`.",
    });
  }
}
