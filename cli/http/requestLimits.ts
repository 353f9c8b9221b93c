import { Refusal } from "./refusal.ts";

/** Nothing that an environment asks for comes near these. */
const MOST_LEVELS = 16;
const MOST_VALUES = 5_000;
const LONGEST_NAME = 128;

/** Refuses a request that is only large: the work on a request must not depend on how it is nested. */
export function requireModest(json: unknown): void {
  const open: [value: unknown, level: number][] = [[json, 1]];
  let values = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, level] = next;
    values += 1;
    if (values > MOST_VALUES) throw new Refusal(400, `The body must hold at most ${MOST_VALUES} values.`);
    if (typeof value !== "object" || value === null) continue;
    if (level > MOST_LEVELS)
      throw new Refusal(400, `The body must be nested at most ${MOST_LEVELS} levels deep.`);
    for (const [name, inner] of Object.entries(value)) {
      if (name.length > LONGEST_NAME)
        throw new Refusal(400, `A name in the body must be at most ${LONGEST_NAME} characters long.`);
      open.push([inner, level + 1]);
    }
  }
}
