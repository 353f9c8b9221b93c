import { createCipheriv, randomBytes } from "node:crypto";
import { checkText, decryptWith, deriveKey, openKey } from "../../../stack/files/passphrase.ts";

/** Encrypts and decrypts the secrets of one stack with a key derived from its passphrase. */
export interface Crypter {
  /** Salt and a check value, as kept in the state and as `encryptionsalt` in the stack's settings. */
  readonly salt: string;
  encrypt(plaintext: string): string;
  decrypt(ciphertext: string): string;
}

/** Makes a crypter for a new stack. */
export async function createCrypter(passphrase: string): Promise<Crypter> {
  const salt = randomBytes(8);
  const key = await deriveKey(passphrase, salt);
  return crypterOf(key, `v1:${salt.toString("base64")}:${encryptWith(key, checkText)}`);
}

/** Opens the crypter of an existing stack; fails when the passphrase is not the one it was made with. */
export async function openCrypter(passphrase: string, salt: string): Promise<Crypter> {
  return crypterOf(await openKey(passphrase, salt), salt);
}

function crypterOf(key: Buffer, salt: string): Crypter {
  return {
    salt,
    encrypt: (plaintext) => encryptWith(key, plaintext),
    decrypt: (ciphertext) => decryptWith(key, ciphertext),
  };
}

function encryptWith(key: Buffer, plaintext: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}
