import type { z } from "zod";
import type { Kind, Properties } from "../kinds/kind.ts";
import { UNKNOWN } from "./unknown.ts";

/** The inputs without what means nothing, and every reason why they cannot be used. */
export interface Validated {
  readonly inputs: Properties;
  readonly problems: readonly string[];
}

/**
 * Checks the inputs of a resource against its kind. `null` counts as absent, as a program in JavaScript
 * means it; a value that a preview does not know yet passes. A problem never quotes the value, which may be
 * a secret.
 */
export function validateInputs(kind: Kind, news: Properties): Validated {
  const inputs = Object.fromEntries(
    Object.entries(news).filter(
      ([name, value]) => name !== "__provider" && value !== null && value !== undefined,
    ),
  );
  const fields = kind.inputs.shape as Record<string, z.ZodType>;
  const unknownArguments = Object.keys(inputs)
    .filter((name) => !Object.hasOwn(fields, name))
    .map(
      (name) => `${name} is not an argument of ${kind.type}, which takes ${Object.keys(fields).join(", ")}`,
    );
  const wrong = Object.entries(fields)
    .filter(([name]) => inputs[name] !== UNKNOWN)
    .flatMap(([name, field]) => problemsOf(name, field, inputs[name]));
  return { inputs, problems: [...unknownArguments, ...wrong] };
}

function problemsOf(name: string, field: z.ZodType, value: unknown): string[] {
  const result = field.safeParse(value, { reportInput: true });
  if (result.success) return [];
  return result.error.issues.map((issue) => `${[name, ...issue.path].join(".")} ${describe(issue)}`);
}

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `is required: ${expected(issue.expected)}`
        : `must be ${expected(issue.expected)}, not ${typeName(issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    case "too_small":
      return "must not be empty: leave it out instead";
    case "too_big":
      return `must be at most ${issue.maximum} characters long, and has ${String(issue.input).length}`;
    default:
      return issue.message;
  }
}

function expected(type: string): string {
  return type === "record"
    ? "an object whose values are strings"
    : `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
