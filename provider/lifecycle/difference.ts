import { isDeepStrictEqual } from "node:util";
import type { Kind, Properties } from "../kinds/kind.ts";
import { compact, pick } from "./properties.ts";
import { STAMPED } from "./stampedInputs.ts";

/** The inputs whose wanted value is not the one that the outputs hold. */
export function changedInputs(
  kind: Kind,
  names: readonly string[],
  outputs: Properties,
  inputs: Properties,
): string[] {
  return names.filter((name) => {
    if (inputs[name] === undefined && kind.chosenByApi.includes(name)) return false;
    return !isDeepStrictEqual(inputs[name] ?? kind.defaults[name], outputs[name] ?? kind.defaults[name]);
  });
}

/** The stamps of the inputs that the outputs do not have yet. */
export function changedStamps(outputs: Properties, inputs: Properties): string[] {
  // Inputs without a stamp were never checked: they ask for nothing.
  if (inputs.keySince === undefined) return [];
  return STAMPED.filter((name) => inputs[name] !== outputs[name]);
}

/** The inputs that would give these outputs; what is at its default is left out, as a program leaves it out. */
export function asInputs(kind: Kind, names: readonly string[], outputs: Properties): Properties {
  const stated = names.filter((name) => !isDeepStrictEqual(outputs[name], kind.defaults[name]));
  return compact(pick(outputs, [...stated, ...STAMPED]));
}
