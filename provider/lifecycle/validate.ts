import type * as z from "zod";
import type { Properties } from "../kinds/kind.ts";
import { nearestName } from "../nearest.ts";
import { parseSafely, shapeOf } from "../parseSafely.ts";
import { UNKNOWN } from "../unknown.ts";
import type { Checked } from "./contract.ts";
import { OWNER } from "./ownerInput.ts";

/**
 * Checks the inputs of a resource, field by field. `null` counts as absent, as in JavaScript. A value that a preview
 * does not know yet passes. A problem never quotes the value, which may be a secret.
 */
export function validateInputs(
  type: string,
  fields: Readonly<Record<string, z.ZodType>>,
  news: Properties,
): Checked {
  const inputs = Object.fromEntries(
    Object.entries(news).filter(
      ([name, value]) => name !== "__provider" && value !== null && value !== undefined,
    ),
  );
  const unknownArguments = Object.keys(inputs)
    .filter((name) => name !== OWNER && !Object.hasOwn(fields, name))
    .map((name) => `${name} is not an argument of ${type}, which takes ${choice(name, Object.keys(fields))}`);
  const wrong = Object.entries(fields)
    .filter(([name]) => inputs[name] !== UNKNOWN)
    .flatMap(([name, field]) => problemsOf(name, field, inputs[name]));
  return { inputs, problems: [...unknownArguments, ...wrong] };
}

/** What is wrong with a value; empty if it is valid, or not known yet. */
function problemsOf(name: string, field: z.ZodType, value: unknown): string[] {
  return issuesOf(field, value)
    .filter((issue) => !isAboutUnknown(issue))
    .map((issue) => wordsOf(name, field, issue));
}

/** What is wrong with a value that must be known. */
export function knownProblemsOf(name: string, field: z.ZodType, value: unknown): string[] {
  return issuesOf(field, value).map((issue) => wordsOf(name, field, issue));
}

function wordsOf(name: string, field: z.ZodType, issue: z.core.$ZodIssue): string {
  return `${[name, ...issue.path].join(".")} ${describe(issue, field)}`;
}

function issuesOf(field: z.ZodType, value: unknown): readonly z.core.$ZodIssue[] {
  return parseSafely(field, value).issues ?? [];
}

/** Whether the only problem is that a value is not known yet. */
function isAboutUnknown(issue: z.core.$ZodIssue): boolean {
  if (issue.code === "invalid_union")
    return issue.errors.some((issues) => issues.length > 0 && issues.every(isAboutUnknown));
  return issue.input === UNKNOWN;
}

function describe(issue: z.core.$ZodIssue, field: z.ZodType): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `is required: ${expected(issue.expected)}`
        : `must be ${expected(issue.expected)}, not ${typeName(issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    case "unrecognized_keys":
      return issue.keys.map((name) => `has no ${name}${choiceAt(name, field, issue.path)}`).join(", and ");
    case "too_small":
      if (typeof issue.input === "number") return `must be at least ${issue.minimum}, and is ${issue.input}`;
      return field.safeParse(undefined).success
        ? "must not be empty: leave it out instead"
        : "must not be empty";
    case "too_big":
      if (typeof issue.input === "number") return `must be at most ${issue.maximum}, and is ${issue.input}`;
      return Array.isArray(issue.input)
        ? `must have at most ${issue.maximum} elements, and has ${issue.input.length}`
        : `must be at most ${issue.maximum} characters long, and has ${String(issue.input).length}`;
    default:
      return issue.message;
  }
}

/** What may replace a name that does not exist, and what was probably meant. */
function choice(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return near === undefined ? names.join(", ") : `${names.join(", ")}: did you mean ${near}?`;
}

function choiceAt(name: string, field: z.ZodType, path: readonly PropertyKey[]): string {
  const inner = path.reduce<unknown>((at, step) => shapeOf(at)?.[String(step)], field);
  const shape = shapeOf(inner);
  return shape ? `, only ${choice(name, Object.keys(shape))}` : "";
}

function expected(type: string): string {
  if (type === "record") return "an object whose values are strings";
  if (type === "array") return "a list";
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
