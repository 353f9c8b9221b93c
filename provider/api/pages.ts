import { IamKeysError } from "../errors.ts";

/** More than any account has. A server that sends more pages repeats them endlessly. */
const MOST_PAGES = 1_000;

/**
 * Everything on the pages of a list, which may be millions: so nothing is spread into a call.
 *
 * @param read gives one page, and where the next one begins; nothing if it was the last
 */
export async function allPages<Item>(
  operation: string,
  read: (
    from: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly next?: string | undefined }>,
): Promise<Item[]> {
  const pages: (readonly Item[])[] = [];
  for (let from: string | undefined; pages.length < MOST_PAGES; ) {
    const { items, next } = await read(from);
    pages.push(items);
    if (!next) return pages.flat();
    if (next === from) break;
    from = next;
  }
  throw new IamKeysError("UNEXPECTED_REPLY", `${operation} answered with pages that do not end.`, {
    status: 200,
  });
}
