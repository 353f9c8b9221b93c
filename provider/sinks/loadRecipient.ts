import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import type { Recipient } from "./recipient.ts";

const EXACTLY_ONE = "must have exactly one of pgp, jwk and age";

/** The public key of the one who may read the secrets. */
export const encryptTo = z
  .strictObject({
    pgp: z.string().min(1).optional(),
    jwk: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())], {
        error: "must be a JWK: its JSON text or an object",
      })
      .optional(),
    age: z.string().min(1).optional(),
  })
  .refine((kinds) => Object.values(kinds).filter((key) => key !== undefined).length === 1, {
    error: EXACTLY_ONE,
  });

export type EncryptTo = z.infer<typeof encryptTo>;

/**
 * The recipient, after an encryption to it has succeeded: nobody can decrypt what a bad key encrypts, so it
 * must be refused before there is a secret.
 * @param now Milliseconds since the epoch: when a PGP key must be valid.
 * @throws IamKeysError INVALID_ARGUMENT if the key is no public key that can encrypt now.
 */
export async function loadRecipient(to: EncryptTo, now = Date.now()): Promise<Recipient> {
  const recipient = await readRecipient(to, now);
  await recipient.encrypt("").catch(() => {
    const [name] = Object.entries(to).find(([, key]) => key !== undefined) ?? [];
    throw new IamKeysError("INVALID_ARGUMENT", `encryptTo.${name} cannot encrypt: a trial failed.`, {
      hint: "Give another public key.",
    });
  });
  return recipient;
}

/** Loads the library of the one kind of key that is used. */
async function readRecipient({ pgp, jwk, age }: EncryptTo, now: number): Promise<Recipient> {
  if (pgp !== undefined) return (await import("./pgpRecipient.ts")).pgpRecipient(pgp, now);
  if (jwk !== undefined) return (await import("./jwkRecipient.ts")).jwkRecipient(jwk);
  if (age !== undefined) return (await import("./ageRecipient.ts")).ageRecipient(age);
  throw new IamKeysError("INVALID_ARGUMENT", `encryptTo ${EXACTLY_ONE}.`);
}
