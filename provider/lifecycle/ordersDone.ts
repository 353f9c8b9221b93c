import type { Properties } from "../kinds/kind.ts";

/** For each sort of order: the output with the token of the last one that was carried out, and that with those before it. */
const EARLIER = { rotateNow: "earlierRotateNow", revertNow: "earlierRevertNow" } as const;

export type OrderSort = keyof typeof EARLIER;

/** The outputs that remember orders. A resource that takes another's place takes them over. */
export const ORDER_OUTPUTS: readonly string[] = Object.entries(EARLIER).flat();

/** How many tokens of one sort a resource remembers: more than there are configs with an order of their own. */
const REMEMBERED = 20;

/** The tokens of that sort that were carried out for the resource of these outputs, the last one at the end. */
export function ordersDone(outputs: Properties, sort: OrderSort): string[] {
  return [outputs[EARLIER[sort]], outputs[sort]].flat().filter((token) => typeof token === "string");
}

/** What these outputs remember after an order with that token; nothing else if there is none. */
export function withOrderDone(outputs: Properties, sort: OrderSort, token: string | undefined): Properties {
  if (token === undefined) return {};
  const others = ordersDone(outputs, sort).filter((done) => done !== token);
  const earlier = others.slice(1 - REMEMBERED);
  return { [sort]: token, [EARLIER[sort]]: earlier.length > 0 ? earlier : undefined };
}
