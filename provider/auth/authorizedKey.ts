import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { z } from "zod";
import { IamKeysError } from "../errors.ts";
import { keepSecret } from "../redact.ts";
import type { Setting } from "../settings.ts";

/** Whom a JWT for IamToken.create is addressed to, whatever endpoint it is sent to. */
const AUDIENCE = "https://iam.api.cloud.yandex.net/iam/v1/tokens";
const JWT_LIFETIME_SECONDS = 3600;

const keyFileSchema = z.object({
  id: z.string().min(1),
  service_account_id: z.string().min(1),
  private_key: z.string().min(1),
});

/** The parts of a key file (as `yc iam key create` writes it) that signing needs. */
export type AuthorizedKey = z.infer<typeof keyFileSchema>;

/** The authorized key that the setting holds: the JSON itself, or the path of a file with it. */
export function readAuthorizedKey({ value, source }: Setting): AuthorizedKey {
  const text = value.trimStart().startsWith("{") ? value : readKeyFile(value, source);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new IamKeysError("INVALID_CONFIG", `The key file of ${source} is not JSON.`, {
      hint: "Make one with `yc iam key create --output key.json`, or give the keyFile output of a ServiceAccountKey.",
    });
  }
  return parseAuthorizedKey(json, source);
}

/** The same from what a key file holds, already read. */
export function parseAuthorizedKey(json: unknown, source: string): AuthorizedKey {
  const parsed = keyFileSchema.safeParse(json);
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join(".") || "everything"))];
    throw new IamKeysError(
      "INVALID_CONFIG",
      `The key file of ${source} lacks ${fields.join(", ")} (a text that is not empty).`,
      { hint: "It must be the authorized key of a service account, as `yc iam key create` writes it." },
    );
  }
  keepSecret(parsed.data.private_key);
  return parsed.data;
}

function readKeyFile(path: string, source: string): string {
  try {
    return readFileSync(path.replace(/^~(?=\/)/, homedir()), "utf8");
  } catch (error) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `The key file that ${source} names cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      { hint: "Give a path that this user can read (relative to the program's folder), or the JSON itself." },
    );
  }
}

/** A JWT that IamToken.create exchanges for an IAM token of the key's service account. */
export async function signJwt(key: AuthorizedKey, now: number): Promise<string> {
  // Loaded by the first request, not by a preview, which makes none; and of jose no more than this.
  const [{ SignJWT }, { importPKCS8 }] = await Promise.all([
    import("jose/jwt/sign"),
    import("jose/key/import"),
  ]);
  const privateKey = await importPKCS8(withoutWarningLine(key.private_key), "PS256").catch(() => {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `The private_key of authorized key ${key.id} is not a PKCS#8 PEM.`,
      {
        hint: 'It must hold an unencrypted "-----BEGIN PRIVATE KEY-----" block.',
      },
    );
  });
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "PS256", kid: key.id })
    .setIssuer(key.service_account_id)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + JWT_LIFETIME_SECONDS)
    .sign(privateKey);
}

/** Yandex Cloud puts a "PLEASE DO NOT REMOVE THIS LINE!" before the PEM, which no PEM reader accepts. */
function withoutWarningLine(pem: string): string {
  const start = pem.indexOf("-----BEGIN");
  return start < 0 ? pem : pem.slice(start);
}
