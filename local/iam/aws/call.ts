import * as z from "zod";
import { itemsAfter } from "../ownedItems.ts";
import type { State } from "../state.ts";
import { validationError } from "./awsError.ts";

/** One call of one action, its signature verified. */
export interface AwsCall {
  readonly state: State;
  readonly parameters: URLSearchParams;
  /** The user whose key signed the request. */
  readonly signer: { readonly userName: string; readonly accessKeyId: string };
}

/** Stands in for the account number of every ARN. */
export const accountId = "123456789012";

export const userNameField = z
  .string()
  .max(128)
  .regex(/^[\w+=,.@-]+$/);
export const accessKeyIdField = z.string().min(16).max(128).regex(/^\w+$/);
export const pagingFields = {
  MaxItems: z.coerce.number().int().min(1).max(1000).default(100),
  Marker: z.string().optional(),
};

/** Reads the parameters of an action. */
export function readParameters<T extends z.ZodType>({ parameters }: AwsCall, schema: T): z.infer<T> {
  const result = schema.safeParse(Object.fromEntries(parameters));
  if (result.success) return result.data;
  const { issues } = result.error;
  const said = issues.map(
    ({ path, message }) => `Value at '${path.join(".")}' failed to satisfy constraint: ${message}`,
  );
  throw validationError(`${issues.length} validation error(s) detected: ${said.join("; ")}`);
}

/** One page in order of creation, and the marker of the next one. */
export function page<T extends { readonly sequence: number }>(
  all: readonly T[],
  { MaxItems, Marker }: { readonly MaxItems: number; readonly Marker?: string | undefined },
): { items: readonly T[]; marker: string | undefined } {
  const { items, more } = itemsAfter(all, Marker === undefined ? 0 : readMarker(Marker), MaxItems);
  const last = items.at(-1);
  return { items, marker: last && more ? writeMarker(last.sequence) : undefined };
}

/** AWS writes times in whole seconds. */
export const awsTimestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const writeMarker = (sequence: number): string => Buffer.from(`after:${sequence}`).toString("base64");

function readMarker(marker: string): number {
  const sequence = /^after:(\d+)$/.exec(Buffer.from(marker, "base64").toString())?.[1];
  if (sequence === undefined) throw validationError("Invalid Marker");
  return Number(sequence);
}
