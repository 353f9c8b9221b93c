import * as z from "zod";

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json | undefined };

/** A message as proto3 JSON writes it: fields which hold their default are left out. */
export function withoutDefaults(message: { readonly [name: string]: Json | undefined }): object {
  return Object.fromEntries(
    Object.entries(message)
      .filter(([, value]) => !isDefault(value))
      .map(([name, value]) => [name, within(value)]),
  );
}

/** RFC 3339 in UTC with no more digits than are needed, in threes. */
export const timestamp = (date: Date): string => date.toISOString().replace(".000Z", "Z");

/** A time that may not have been yet. */
export const optionalTimestamp = (date: Date | undefined): string | undefined => date && timestamp(date);

/** The same with nine digits, as the token service writes it. */
export const nanosecondTimestamp = (date: Date): string => date.toISOString().replace("Z", "000000Z");

/** A timestamp within this range: RFC 3339 with any offset and up to nine fractional digits, of which three are kept. */
export const timestampField = (min: string, max: string) =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/, "Must be an RFC 3339 timestamp.")
    .transform((text) => new Date(text))
    .refine((date) => !Number.isNaN(date.getTime()), "Must be an RFC 3339 timestamp.")
    .refine(
      (date) => date >= new Date(min) && date <= new Date(max),
      `Acceptable values are ${min} to ${max}, inclusive.`,
    );

/** A duration as proto3 JSON writes it ("900s"), in milliseconds. */
export const durationField = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,9})?s$/, 'Must be a duration in seconds, as in "900s".')
  .transform((text) => Number.parseFloat(text) * 1000);

function within(value: Json | undefined): unknown {
  if (Array.isArray(value)) return value.map(within);
  return isMessage(value) ? withoutDefaults(value) : value;
}

function isDefault(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === "" || value === 0 || value === false;
}

function isMessage(value: Json | undefined): value is { readonly [name: string]: Json | undefined } {
  return typeof value === "object" && !Array.isArray(value);
}
