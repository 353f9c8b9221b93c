import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { EngineFailure } from "../failure.ts";

const iterations = 1_000_000;
const checkText = "pulumi";

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
  const [version, saltText, ...check] = salt.split(":");
  if (version !== "v1" || saltText === undefined || check.length !== 3) {
    throw new EngineFailure("the stack's encryption salt is malformed");
  }
  const key = await deriveKey(passphrase, Buffer.from(saltText, "base64"));
  try {
    if (decryptWith(key, check.join(":")) === checkText) return crypterOf(key, salt);
  } catch {
    // Authentication fails exactly when the key is another one.
  }
  throw new EngineFailure("incorrect passphrase");
}

/** The passphrase from the environment, never asked for on the terminal. */
export async function passphraseFromEnvironment(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (file !== undefined && file !== "") return (await readFile(file, "utf8")).trim();
  throw new EngineFailure(
    "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
  );
}

async function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return await promisify(pbkdf2)(passphrase, salt, iterations, 32, "sha256");
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

function decryptWith(key: Buffer, ciphertext: string): string {
  const [version, nonce, sealed] = ciphertext.split(":");
  if (version !== "v1" || nonce === undefined || sealed === undefined) {
    throw new EngineFailure("a secret is malformed: expected v1:nonce:ciphertext");
  }
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
}
