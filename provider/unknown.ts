/** What the engine gives a dynamic provider in a preview instead of a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a preview knows less of the value than the run will. */
export function holdsUnknown(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes(UNKNOWN);
}

/** Whether no value is there twice; those that a preview does not know yet may all be different. */
export function areDistinct(values: readonly unknown[]): boolean {
  const known = values.filter((value) => value !== UNKNOWN);
  return new Set(known).size === known.length;
}
