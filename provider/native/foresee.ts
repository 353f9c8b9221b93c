import { isDeepStrictEqual } from "node:util";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Difference } from "../lifecycle/contract.ts";
import { ORDER_OUTPUTS } from "../lifecycle/ordersDone.ts";
import { compact, pick } from "../lifecycle/properties.ts";
import { UNKNOWN } from "../unknown.ts";

/** The outputs that a new key changes, beside those that follow from it. */
const OF_A_NEW_KEY = ["current", "previous", "keySince", "rotatesAt", ...ORDER_OUTPUTS, "mark"];

/**
 * What is known of a resource before it is made: what the program says, and the defaults of what it does not say.
 *
 * @param names of all outputs
 */
export function foreseeCreated(kind: Kind, inputs: Properties, names: readonly string[]): Properties {
  const { adopt: _, ...said } = inputs;
  const isKept = (name: string) => !kind.isDelivered?.(inputs) || !isSecret(kind, name);
  const coming = names.filter(isKept);
  const defaults = pick(
    kind.defaults,
    coming.filter((name) => name in kind.defaults && !kind.chosenByApi.includes(name)),
  );
  // Before the first key there is none.
  return compact({ ...unknown(coming), previous: undefined, ...defaults, ...said });
}

/**
 * What is known of a resource before it is updated: all but what a new key brings.
 *
 * @param before all outputs that it has
 * @param derivedNames those of them that follow from others
 * @param difference undefined if nobody asked for it
 */
export function foreseeUpdated(
  kind: Kind,
  before: Properties,
  derivedNames: readonly string[],
  news: Properties,
  difference: Difference | undefined,
): Properties {
  const isLeft = (name: string) => kind.chosenByApi.includes(name) || kind.leftAlone?.includes(name);
  const wanted = (name: string) => news[name] ?? (isLeft(name) ? before[name] : kind.defaults[name]);
  const names = [...new Set([...Object.keys(kind.inputs.shape), ...Object.keys(news)])];
  const changed = names.filter(
    (name) => !isDeepStrictEqual(before[name] ?? kind.defaults[name], wanted(name)),
  );
  const changes = Object.fromEntries(changed.map((name) => [name, wanted(name)]));
  const after = { ...before, ...changes };
  if (!difference || difference.outlook?.what === "newKey" || difference.outlook?.what === "revert")
    return compact({ ...after, ...unknown([...OF_A_NEW_KEY, ...derivedNames]) });
  const current = before.current as Properties | undefined;
  const ofKey = changed.filter((name) => current && name in current);
  return compact({
    ...after,
    ...(current && { current: { ...current, ...pick(changes, ofKey) } }),
    ...(difference.updates.includes("previous") && { previous: UNKNOWN }),
    ...(changed.includes("rotate") && { rotatesAt: UNKNOWN }),
  });
}

function isSecret({ secretOutputs, derived = {} }: Kind, name: string): boolean {
  return secretOutputs.includes(name) || derived[name]?.isSecret === true;
}

function unknown(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}
