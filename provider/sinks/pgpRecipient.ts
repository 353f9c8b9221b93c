import { createMessage, encrypt, type Key, readKeys } from "openpgp";
import { IamKeysError } from "../errors.ts";
import type { Recipient } from "./recipient.ts";

/**
 * The recipient with this OpenPGP key: armored, or its binary form in base64.
 * @param now Milliseconds since the epoch: when it must be valid.
 */
export async function pgpRecipient(input: string, now: number): Promise<Recipient> {
  const key = await readPublicKey(input.trim());
  const date = new Date(now);
  const problem = await problemOf(key, date);
  if (problem) throw refused(problem);
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    async encrypt(text) {
      // As bytes, because OpenPGP may change the line ends of a text.
      const message = await createMessage({ binary: new TextEncoder().encode(text) });
      return encrypt({ message, encryptionKeys: key, date });
    },
  };
}

async function readPublicKey(text: string): Promise<Key> {
  // The library reads only the first armored block.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)) throw refused("is a private key");
  if (text.split("-----BEGIN PGP ").length > 2) throw refused("holds several keys");
  const keys = await parse(text).catch(() => {
    throw refused("is not an OpenPGP key");
  });
  if (keys.some((key) => key.isPrivate())) throw refused("is a private key");
  const [key, another] = keys;
  if (!key) throw refused("is not an OpenPGP key");
  if (another) throw refused("holds several keys");
  return key;
}

function parse(text: string): Promise<Key[]> {
  return text.includes("-----BEGIN PGP ")
    ? readKeys({ armoredKeys: text })
    : readKeys({ binaryKeys: Buffer.from(text, "base64") });
}

/** Why nothing can be encrypted to the key at that date, if so. */
async function problemOf(key: Key, date: Date): Promise<string | undefined> {
  if (await key.isRevoked()) return "is revoked";
  if (key.getCreationTime() > date) return `is not valid before ${key.getCreationTime().toISOString()}`;
  const end = await key.getExpirationTime();
  if (end instanceof Date && end <= date) return `has expired at ${end.toISOString()}`;
  try {
    await key.getEncryptionKey(undefined, date);
    return undefined;
  } catch (error) {
    const expired = await endOfEncryption(key, date);
    return expired
      ? `cannot encrypt: its subkey for that has expired at ${expired.toISOString()}`
      : `cannot encrypt (${(error as Error).message})`;
  }
}

/** When the last subkey expired that could encrypt until then. */
async function endOfEncryption(key: Key, date: Date): Promise<Date | undefined> {
  const ends: Date[] = [];
  for (const subkey of key.getSubkeys()) {
    const end = await subkey.getExpirationTime(date);
    if (!(end instanceof Date) || end > date) continue;
    const before = new Date(end.getTime() - 1000);
    const couldEncrypt = await key.getEncryptionKey(subkey.getKeyID(), before).catch(() => undefined);
    if (couldEncrypt) ends.push(end);
  }
  return ends.sort((a, b) => b.getTime() - a.getTime())[0];
}

function refused(problem: string): IamKeysError {
  return new IamKeysError("INVALID_ARGUMENT", `encryptTo.pgp ${problem}.`, {
    hint: "Give one valid public key with a subkey for encryption, as `gpg --armor --export` writes it, or its binary form in base64.",
  });
}
