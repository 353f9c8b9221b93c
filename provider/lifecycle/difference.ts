import { isDeepStrictEqual } from "node:util";
import type { Kind, Properties } from "../kinds/kind.ts";
import { OWNER } from "./ownerInput.ts";
import { compact, pick } from "./properties.ts";

/** The inputs whose wanted value is not the one that the outputs hold. */
export function changedInputs(
  kind: Kind,
  names: readonly string[],
  outputs: Properties,
  inputs: Properties,
): string[] {
  return names.filter((name) => {
    const isLeft = kind.chosenByApi.includes(name) || kind.leftAlone?.includes(name);
    if (inputs[name] === undefined && isLeft) return false;
    return differs(kind, name, outputs, inputs);
  });
}

/** The inputs whose value in the API is no longer the one in the outputs. */
export function driftedInputs(
  kind: Kind,
  names: readonly string[],
  outputs: Properties,
  live: Properties,
): string[] {
  return names.filter((name) => Object.hasOwn(live, name) && differs(kind, name, outputs, live));
}

function differs(kind: Kind, name: string, outputs: Properties, inputs: Properties): boolean {
  const [held, wanted] = [outputs[name] ?? kind.defaults[name], inputs[name] ?? kind.defaults[name]];
  return !isDeepStrictEqual(wanted, held) && !kind.isSame?.(name, outputs, inputs);
}

/** The owner, if the resource has another name now. */
export function changedOwner(outputs: Properties, inputs: Properties): string[] {
  return inputs[OWNER] === undefined || inputs[OWNER] === outputs[OWNER] ? [] : [OWNER];
}

/** The inputs that would give these outputs; what is at its default is left out, as a program leaves it out. */
export function asInputs(kind: Kind, names: readonly string[], outputs: Properties): Properties {
  const stated = names.filter((name) => !isDeepStrictEqual(outputs[name], kind.defaults[name]));
  return compact(pick(outputs, [...stated, OWNER]));
}
