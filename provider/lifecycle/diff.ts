import { isDeepStrictEqual } from "node:util";
import type { Due, Kind, Properties } from "../kinds/kind.ts";

/** What an `up` has to do to a key, and because of which properties. */
export interface Difference {
  readonly replaces: readonly string[];
  readonly updates: readonly string[];
  readonly due: Due | undefined;
}

/** Compares what a key is with what its inputs ask for. */
export function difference(kind: Kind, outputs: Properties, inputs: Properties, now: number): Difference {
  const changed = Object.keys(kind.inputs.shape).filter((name) => {
    const wanted = inputs[name] ?? kind.defaults[name];
    // Absent and without a default means: as the API chose when the key was made.
    return wanted !== undefined && !isDeepStrictEqual(wanted, outputs[name] ?? kind.defaults[name]);
  });
  const lost = kind.secretOutputs.filter((name) => outputs[name] === undefined);
  const due = kind.due?.(outputs, inputs, now);
  return {
    replaces: [
      ...changed.filter((name) => kind.replaceOn.includes(name)),
      ...lost,
      ...(due ? [due.property] : []),
    ],
    updates: changed.filter((name) => !kind.replaceOn.includes(name)),
    due,
  };
}
