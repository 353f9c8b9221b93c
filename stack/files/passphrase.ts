import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { StackFailure } from "./failure.ts";

const iterations = 1_000_000;

/** What the check value of a salt is the encryption of. */
export const checkText = "pulumi";

/**
 * The key of an existing stack; fails when the passphrase is not the one it was made with.
 *
 * @param salt with its check value, as kept in the state and as `encryptionsalt` in the stack's settings
 */
export async function openKey(passphrase: string, salt: string): Promise<Buffer> {
  const [version, saltText, ...check] = salt.split(":");
  if (version !== "v1" || saltText === undefined || check.length !== 3) {
    throw new StackFailure("the stack's encryption salt is malformed");
  }
  const key = await deriveKey(passphrase, Buffer.from(saltText, "base64"));
  try {
    if (decryptWith(key, check.join(":")) === checkText) return key;
  } catch {
    // Authentication fails exactly when the key is another one.
  }
  throw new StackFailure("incorrect passphrase");
}

/** The passphrase from the environment, never asked for on the terminal. */
export async function passphraseFromEnvironment(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (file !== undefined && file !== "") return (await readFile(file, "utf8")).trim();
  throw new StackFailure(
    "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
  );
}

/** The key that a passphrase and a salt give. */
export async function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return await promisify(pbkdf2)(passphrase, salt, iterations, 32, "sha256");
}

/** Decrypts a secret of the state or of the settings. */
export function decryptWith(key: Buffer, ciphertext: string): string {
  const [version, nonce, sealed] = ciphertext.split(":");
  if (version !== "v1" || nonce === undefined || sealed === undefined) {
    throw new StackFailure("a secret is malformed: expected v1:nonce:ciphertext");
  }
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
}
