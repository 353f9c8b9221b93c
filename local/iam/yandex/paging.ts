import * as z from "zod";
import { itemsAfter } from "../ownedItems.ts";
import { characters } from "./call.ts";
import { invalidArgument } from "./yandexError.ts";

/** The paging parameters of every list method. */
export const pagingFields = {
  pageSize: z
    .string()
    .regex(/^\d{1,9}$/, "Must be a whole number.")
    .transform(Number)
    .refine((size) => size <= 1000, "Acceptable values are 0 to 1000, inclusive.")
    .default(0),
  pageToken: characters(2000),
};

/** One page, in order of creation, and the token of the next one ("" on the last). */
export function page<T extends { readonly sequence: number }>(
  all: readonly T[],
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string },
): { items: readonly T[]; nextPageToken: string } {
  const { items, more } = itemsAfter(all, readPageToken(pageToken), pageSize || 100);
  const last = items.at(-1);
  return { items, nextPageToken: last && more ? writePageToken(last.sequence) : "" };
}

// A token names the last item seen, not an offset: what is deleted between two pages then hides nothing.
const writePageToken = (sequence: number): string => Buffer.from(`after:${sequence}`).toString("base64url");

function readPageToken(token: string): number {
  if (token === "") return 0;
  const sequence = /^after:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (sequence === undefined) {
    throw invalidArgument("Invalid page token", [{ field: "pageToken", description: "Invalid page token." }]);
  }
  return Number(sequence);
}
