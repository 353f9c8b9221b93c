import * as z from "zod";
import type { Properties } from "../kinds/kind.ts";

/**
 * The inputs with a text wherever one is asked for and a number or a yes or no stands: a program in YAML writes them
 * without quotes.
 */
export function withTexts(schema: z.ZodType, given: Properties): Properties {
  return asAsked(schema, given) as Properties;
}

function asAsked(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return asAsked(schema.unwrap(), value);
  if (schema instanceof z.ZodString) return isPlain(value) ? String(value) : value;
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => asAsked(schema.element, item));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (schema instanceof z.ZodRecord) return mapped(value, () => schema.valueType);
  if (schema instanceof z.ZodObject) return mapped(value, (name) => schema.shape[name]);
  return value;
}

function mapped(value: object, schemaOf: (name: string) => unknown): Properties {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, asAsked(schemaOf(name), item)]),
  );
}

function isPlain(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}
