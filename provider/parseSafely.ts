import * as z from "zod";

/** A value as its schema has it, or what is wrong with it. */
type Parsed<Output> =
  | { readonly data: Output; readonly issues?: undefined }
  | { readonly issues: readonly z.core.$ZodIssue[] };

/**
 * What the schema says of a value, whatever that is. The library itself fails at some: it compares the `length` of whatever
 * has one, which may be an object without a value of its own.
 */
export function parseSafely<Output>(schema: z.ZodType<Output>, value: unknown): Parsed<Output> {
  try {
    const result = schema.safeParse(value, { reportInput: true });
    return result.success ? { data: result.data } : { issues: result.error.issues };
  } catch {
    const message = "is not of a type that it can have";
    return { issues: [{ code: "custom", path: placeOf(schema, value), message, input: value }] };
  }
}

/** The fields of an object that may be absent. */
export function shapeOf(type: unknown): Readonly<Record<string, z.ZodType>> | undefined {
  if (type instanceof z.ZodOptional || type instanceof z.ZodNullable) return shapeOf(type.unwrap());
  if (type instanceof z.ZodUnion) return type.options.map(shapeOf).find((shape) => shape !== undefined);
  return type instanceof z.ZodObject ? type.shape : undefined;
}

/** Where in the value that stands at which the library fails; as far as there are fields. */
function placeOf(schema: unknown, value: unknown): string[] {
  const shape = shapeOf(schema) ?? {};
  const fields = Object.entries(typeof value === "object" && value !== null ? value : {});
  const [name, inner] = fields.find(([each, field]) => shape[each] && isTooMuch(shape[each], field)) ?? [];
  return name === undefined ? [] : [name, ...placeOf(shape[name], inner)];
}

function isTooMuch(schema: z.ZodType, value: unknown): boolean {
  try {
    schema.safeParse(value);
    return false;
  } catch {
    return true;
  }
}
