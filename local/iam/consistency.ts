import * as z from "zod";
import { type KeyKind, keyKinds } from "./keyKinds.ts";

/** What comes of one use of a key. */
export type KeyTrial = "works" | "refused";

/**
 * How late IAM shows what was done: its reads are eventually consistent. Times are in milliseconds, by the server's
 * clock; absent: not late. A key that is asked for by its id (get at Yandex, GetAccessKeyLastUsed at AWS) is there
 * as soon as it was made, and gone as soon as it was deleted.
 */
export interface Consistency {
  /** How long after its creation a key is missing in the lists of its owner's keys. */
  readonly createsHiddenMs?: number;
  /** How long a key that was deleted, by whomever, is still shown in them. */
  readonly deletesShownMs?: number;
  /**
   * How long after a use of a key that succeeded, be it only a trial, its last use (lastUsedAt at Yandex,
   * AccessKeyLastUsed at AWS) is still told as before. Neither cloud says how late it is: LocalStack's tests, run
   * against AWS, waited seven minutes.
   */
  readonly usesHiddenMs?: number;
  /**
   * What comes of the first uses of a new key, one after the other; from then on it works. ["works", "refused"] is a
   * key that works, is unknown to the next server asked, and then works for good. A use is a request that names the
   * key: a JWT that is exchanged, a signed request, an API key as authorization. One within `propagationMs` is refused
   * and not counted. By the kind of key; "*" is for the kinds that are not named.
   */
  readonly firstUses?: Readonly<Partial<Record<KeyKind | "*", readonly KeyTrial[]>>>;
}

const milliseconds = z.number().nonnegative().exactOptional();

/** A consistency that came from outside. */
export const consistencySchema = z.strictObject({
  createsHiddenMs: milliseconds,
  deletesShownMs: milliseconds,
  usesHiddenMs: milliseconds,
  firstUses: z
    .partialRecord(z.enum([...keyKinds, "*"]), z.array(z.enum(["works", "refused"])))
    .exactOptional(),
}) satisfies z.ZodType<Consistency>;
