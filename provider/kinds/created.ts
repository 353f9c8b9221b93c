import * as z from "zod";
import { parseReply } from "../api/http.ts";
import { IamKeysError, UnusableKey } from "../errors.ts";

/**
 * The reply of a create. If its id is there, but something that the key needs is missing (above all, its secret), the
 * error names the key. So the key can be deleted, and is not orphaned.
 */
export function parseCreated<Reply>(
  operation: string,
  schema: z.ZodType<Reply>,
  idPath: readonly string[],
  reply: unknown,
): Reply {
  try {
    return parseReply(operation, schema, reply);
  } catch (error) {
    const id = z.string().min(1).safeParse(idPath.reduce<unknown>(valueAt, reply));
    throw error instanceof IamKeysError && id.success ? new UnusableKey(id.data, error) : error;
  }
}

function valueAt(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}
