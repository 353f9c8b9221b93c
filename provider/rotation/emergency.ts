import { matchesPattern } from "./pattern.ts";

/**
 * An order to rotate now, whatever the age, or to go back to the previous key: for keys whose names match, once for
 * each token.
 */
export interface RotateNow {
  readonly token: string;
  readonly patterns: readonly string[];
}

/**
 * Reads "<token>:<pattern>[,<pattern>…]", such as "incident-42:*" or "2026-11-24:uploads,ci-*". Undefined if the text
 * is not of this form.
 */
export function parseRotateNow(text: string): RotateNow | undefined {
  const [, token, list] = /^([\w.-]+):(.+)$/.exec(text.trim()) ?? [];
  const patterns = list?.split(",").map((pattern) => pattern.trim());
  return token && patterns?.every((pattern) => /^[^\s]+$/.test(pattern)) ? { token, patterns } : undefined;
}

/** The token of an order that names the resource. */
export function tokenFor(order: RotateNow | undefined, name: string): string | undefined {
  return order && isOrdered(order, name) ? order.token : undefined;
}

/**
 * The same of one that was not carried out yet.
 *
 * @param done the tokens of all that were
 */
export function openToken(
  order: RotateNow | undefined,
  name: string,
  done: readonly string[],
): string | undefined {
  const token = tokenFor(order, name);
  return token === undefined || done.includes(token) ? undefined : token;
}

/** Whether one of the patterns names the resource; "*" in a pattern stands for any characters. */
export function isOrdered({ patterns }: RotateNow, name: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, name));
}
