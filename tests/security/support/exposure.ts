import assert from "node:assert/strict";
import { inspect } from "node:util";

/** Lines of a secret that everybody may see: those around a PEM. */
const PUBLIC_LINE = /^-----|^PLEASE DO NOT REMOVE THIS LINE/;
const SHORTEST = 12;

/** All that printing a value can show, in whatever way it is printed. */
export function allThatPrints(value: unknown): string {
  const everything = { depth: Infinity, showHidden: true, getters: true, maxStringLength: Infinity };
  const own = [inspect(value), inspect(value, everything), asJson(value), String(value)];
  if (!(value instanceof Error)) return own.join("\n");
  const causes = [value.cause, ...(value instanceof AggregateError ? value.errors : [])];
  return [...own, value.stack, ...causes.filter((cause) => cause !== undefined).map(allThatPrints)].join(
    "\n",
  );
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // What refers to itself cannot be printed so.
    return "";
  }
}

/** The secrets that the text gives away: as they are, line by line, or in an encoding that hides nothing. */
export function secretsIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST && !PUBLIC_LINE.test(line));
  assert.ok(lines.length > 0, "what is looked for is long enough to be told from other text");
  return [secret, ...lines].flatMap((text) => [
    text,
    encodeURIComponent(text),
    Buffer.from(text).toString("base64").replace(/=+$/, ""),
    Buffer.from(text).toString("hex"),
  ]);
}

/** Fails where printing the value gives one of the secrets away. */
export function assertHides(value: unknown, secrets: readonly string[], what: string): void {
  const text = typeof value === "string" ? value : allThatPrints(value);
  assert.deepEqual(secretsIn(text, secrets), [], `${what} shows a secret:\n${text.slice(0, 2000)}`);
}
