import { z } from "zod";

/**
 * How late IAM shows what was done: its reads are eventually consistent. Times are in milliseconds, by the server's
 * clock; absent: not late. What is asked for by its id (get at Yandex, GetAccessKeyLastUsed at AWS) is never late.
 */
export interface Consistency {
  /** How long after its creation a key is missing in the lists of its owner's keys. */
  readonly createsHiddenMs?: number;
  /** How long a key that was deleted, by whomever, is still shown in them. */
  readonly deletesShownMs?: number;
}

const milliseconds = z.number().nonnegative().exactOptional();

/** A consistency that came from outside. */
export const consistencySchema = z.strictObject({
  createsHiddenMs: milliseconds,
  deletesShownMs: milliseconds,
}) satisfies z.ZodType<Consistency>;
