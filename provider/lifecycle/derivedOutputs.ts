import type { Kind, OneKey, Properties } from "../kinds/kind.ts";
import { compact, pick } from "./properties.ts";

/** What of a resource's outputs follows from the others. */
export class DerivedOutputs {
  readonly #kind: Kind;
  readonly #isRotating: boolean;

  constructor(kind: Kind, isRotating: boolean) {
    this.#kind = kind;
    this.#isRotating = isRotating;
  }

  get names(): readonly string[] {
    const { derived = {}, shortcuts = [] } = this.#kind;
    return this.#isRotating ? ["createdAt", ...shortcuts] : Object.keys(derived);
  }

  /** Those of all outputs that are secrets, wherever they stand. */
  get secrets(): readonly string[] {
    const { derived = {}, secretOutputs } = this.#kind;
    return [...secretOutputs, ...Object.keys(derived).filter((name) => derived[name]?.isSecret)];
  }

  /** The derived outputs of a resource with this id and these outputs; those whose parts are absent are, too. */
  of(id: string, outputs: Properties): Properties {
    if (!this.#isRotating) return compact(this.#ofKey({ ...outputs, id }));
    const current = outputs.current as OneKey | undefined;
    return current
      ? compact(pick({ ...current, ...this.#ofKey(current), ...createdAt(current) }, this.names))
      : {};
  }

  /** The outputs without those that are derived. */
  without(outputs: Properties): Properties {
    // Without a current key nothing is derived: these are outputs of another form, which an alias gives.
    if (this.#isRotating && outputs.current === undefined) return outputs;
    return Object.fromEntries(Object.entries(outputs).filter(([name]) => !this.names.includes(name)));
  }

  #ofKey(key: OneKey): Properties {
    const { derived = {} } = this.#kind;
    return Object.fromEntries(Object.entries(derived).map(([name, output]) => [name, output.of(key)]));
  }
}

/** Every key of a rotating resource has it by this name. */
function createdAt(current: OneKey): Properties {
  return { createdAt: current.createdAt };
}
