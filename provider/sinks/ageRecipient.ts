import { armor, Encrypter } from "age-encryption";
import { IamKeysError } from "../errors.ts";
import type { Recipient } from "./recipient.ts";

/** The identities of age and of its plugins, and an SSH key, which `age` takes too. */
const PRIVATE = /AGE-(SECRET-KEY|PLUGIN)-|PRIVATE KEY-----/i;

/** A recipient of age: X25519, or one of its hybrid and tagged kinds. https://age-encryption.org/v1 */
export function ageRecipient(input: string): Recipient {
  const fingerprint = input.trim();
  if (PRIVATE.test(fingerprint)) throw refused("is a private key");
  if (fingerprint.split(/\s+/).filter((word) => word.startsWith("age1")).length > 1)
    throw refused("holds several keys");
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(fingerprint);
  } catch {
    throw refused("is not an age recipient");
  }
  return {
    fingerprint,
    encrypt: async (text) => armor.encode(await encrypter.encrypt(text)),
  };
}

function refused(problem: string): IamKeysError {
  return new IamKeysError("INVALID_ARGUMENT", `encryptTo.age ${problem}.`, {
    hint: 'Give one recipient ("age1…"), as `age-keygen -y` prints it. SSH keys and plugins are not supported.',
  });
}
