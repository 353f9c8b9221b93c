import type { KeyObject } from "node:crypto";
import { homedir } from "node:os";
import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import { readAtMost } from "../readAtMost.ts";
import { keepSecret } from "../redact.ts";
import type { Setting } from "../settings.ts";
import { decodedText, withoutMark } from "./keyFile/decodedText.ts";
import { parseMangledJson } from "./keyFile/parseMangledJson.ts";
import { privateKeyOf } from "./keyFile/privateKey.ts";
import { wrongObject, wrongText } from "./keyFile/wrongFile.ts";

/** About 3 KiB, wrapped in base64 and quotes several times. A larger text is not read. */
const LARGEST_KEY_FILE = 2 ** 15;

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

const HOW_TO_MAKE =
  "Make one with `yc iam key create --output key.json`, or give the keyFile output of a ServiceAccountKey.";

/** The authorized key that the setting holds: the JSON itself, or the path of a file with it. */
export function readAuthorizedKey({ value, source }: Setting): AuthorizedKey {
  if (value.length > LARGEST_KEY_FILE) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${source} has more than ${LARGEST_KEY_FILE / 1024} KiB: no authorized key is that long.`,
      { hint: HOW_TO_MAKE },
    );
  }
  const inline = parseMangledJson(value);
  if (inline !== undefined) return parseAuthorizedKey(inline, source);
  const bare = withoutMark(value);
  const text = isContent(bare) ? bare : withoutMark(readKeyFile(bare, source));
  const json = parseMangledJson(text);
  if (json !== undefined) return parseAuthorizedKey(json, source);
  const what = wrongText(text);
  throw new IamKeysError(
    "INVALID_CONFIG",
    what === undefined
      ? `The key file of ${source} is not JSON.`
      : `The key file of ${source} is ${what}, not the JSON of an authorized key.`,
    { hint: HOW_TO_MAKE },
  );
}

/** Whether a setting is what a file would hold, and not the path of one: only its kind may then be said. */
function isContent(text: string): boolean {
  return text.startsWith("{") || text.includes("\n") || wrongText(text) !== undefined;
}

/** The same from what a key file holds, already read. */
export function parseAuthorizedKey(json: unknown, source: string): AuthorizedKey {
  const parsed = keyFileSchema.safeParse(json);
  if (!parsed.success) {
    const what = typeof json === "object" && json !== null ? wrongObject(json) : undefined;
    if (what !== undefined) {
      throw new IamKeysError(
        "INVALID_CONFIG",
        `The key file of ${source} is ${what}, not the JSON of an authorized key.`,
        { hint: HOW_TO_MAKE },
      );
    }
    const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join(".") || "everything"))];
    throw new IamKeysError(
      "INVALID_CONFIG",
      `The key file of ${source} lacks ${fields.join(", ")} (a text that is not empty).`,
      { hint: "It must be the authorized key of a service account, as `yc iam key create` writes it." },
    );
  }
  keepSecret(parsed.data.private_key);
  requirePrivateKey(parsed.data);
  return parsed.data;
}

function readKeyFile(path: string, source: string): string {
  try {
    return decodedText(readAtMost(path.replace(/^~(?=\/)/, homedir()), LARGEST_KEY_FILE));
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
  const { SignJWT } = await import("jose/jwt/sign");
  const privateKey = requirePrivateKey(key);
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "PS256", kid: key.id })
    .setIssuer(key.service_account_id)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + JWT_LIFETIME_SECONDS)
    .sign(privateKey);
}

function requirePrivateKey({ id, private_key }: AuthorizedKey): KeyObject {
  const privateKey = privateKeyOf(private_key);
  if (privateKey) return privateKey;
  throw new IamKeysError("INVALID_CONFIG", `The private_key of authorized key ${id} is not a PKCS#8 PEM.`, {
    hint: 'It must hold an unencrypted "-----BEGIN PRIVATE KEY-----" block.',
  });
}
