import type { Json, Kind, Properties } from "./kinds.ts";

/** What is wrong with an input. */
export interface InputFailure {
  readonly property: string;
  readonly reason: string;
}

// A preview sends this for what it does not know yet.
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What is wrong with the inputs of a resource, if anything. */
export function checkInputs(kind: Kind, inputs: Properties): InputFailure[] {
  const missing = kind.required
    .filter((property) => inputs[property] === undefined)
    .map((property) => ({ property, reason: `missing required property '${property}'` }));
  const wrong = Object.entries(inputs).flatMap(([property, value]) => {
    const type = kind.inputs[property];
    if (type === undefined) return [{ property, reason: `unknown property '${property}'` }];
    return isOf(type, value) ? [] : [{ property, reason: `'${property}' must be a ${type}` }];
  });
  return [...missing, ...wrong, ...wrongAmounts(inputs)];
}

function isOf(type: "number" | "boolean" | "string" | "map", value: Json): boolean {
  if (value === null || value === unknownText) return true;
  return type === "map" ? typeof value === "object" && !Array.isArray(value) : typeof value === type;
}

function wrongAmounts(inputs: Properties): InputFailure[] {
  const { byteLength, length } = inputs;
  const minimums = ["minLower", "minUpper", "minNumeric", "minSpecial"].map((key) => inputs[key]);
  const least = minimums.reduce<number>((sum, value) => sum + (typeof value === "number" ? value : 0), 0);
  const classes = [inputs.lower, inputs.upper, inputs.numeric ?? inputs.number, inputs.special];
  const failures: InputFailure[] = [];
  if (typeof byteLength === "number" && !isCount(byteLength)) {
    failures.push({ property: "byteLength", reason: "'byteLength' must be a whole number of at least 1" });
  }
  if (typeof length === "number" && !isCount(length)) {
    failures.push({ property: "length", reason: "'length' must be a whole number of at least 1" });
  }
  if (typeof length === "number" && length < least) {
    failures.push({ property: "length", reason: `'length' is less than the sum of the minimums, ${least}` });
  }
  if (classes.every((used) => used === false) && least === 0) {
    failures.push({ property: "special", reason: "no kind of character is left to choose from" });
  }
  return failures;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
