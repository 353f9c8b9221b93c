import { isListRefused, isNotFound } from "../errors.ts";

/** The result of work that lists keys; undefined if the caller may not list them, or the account is gone. */
export async function unlessListRefused<Result>(
  work: () => Promise<Result>,
  say?: (reason: string) => void,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isListRefused(error)) throw error;
    // If the account is gone, so are all its keys. That needs no words.
    if (!isNotFound(error)) say?.(error.message);
    return undefined;
  }
}
