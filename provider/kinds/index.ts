import { IamKeysError } from "../errors.ts";
import type { Kind } from "./kind.ts";
import { KINDS } from "./table.ts";

/** The types of all kinds. */
export const KIND_TYPES: readonly string[] = Object.keys(KINDS);

/** The kind of that type. */
export async function loadKind(type: string): Promise<Kind> {
  const load = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (load) return load();
  throw new IamKeysError("UNKNOWN_KIND", `This version of pulumi-iam-keys has no kind "${type}".`, {
    hint: "The stack was last run with a newer version: install that one.",
  });
}
