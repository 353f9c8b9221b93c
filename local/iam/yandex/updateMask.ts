import * as z from "zod";
import { invalidArgument } from "./yandexError.ts";

/** A field mask as proto3 JSON writes it: names with commas between them. */
export const updateMaskField = z.string().default("");

/** Whether the mask covers the field; an absent mask covers all. Refuses names that may not be updated. */
export function maskCovers(mask: string, field: string, updatable: readonly string[]): boolean {
  const names = mask.split(",").filter((name) => name !== "");
  const wrong = names.find((name) => !updatable.includes(name));
  if (wrong !== undefined) {
    throw invalidArgument("Invalid update mask", [
      { field: "updateMask", description: `Unknown or immutable field "${wrong}".` },
    ]);
  }
  return names.length === 0 || names.includes(field);
}
