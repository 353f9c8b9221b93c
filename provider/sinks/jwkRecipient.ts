import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { CompactEncrypt, calculateJwkThumbprint } from "jose";
import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import type { Recipient } from "./recipient.ts";

const RSA_ALGORITHMS = ["RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512", "RSA-OAEP"];
const ECDH_ALGORITHMS = ["ECDH-ES+A256KW", "ECDH-ES+A192KW", "ECDH-ES+A128KW", "ECDH-ES"];
const CURVES = ["P-256", "P-384", "P-521"];
const OPERATIONS = ["wrapKey", "encrypt", "deriveKey", "deriveBits"];
const SHORTEST_RSA = 2048;

/** RFC 7518, section 6, and RFC 8037. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"];

const common = {
  kid: z.string({ error: "must be a string" }).optional(),
  use: z.literal("enc", { error: 'must be "enc"' }).optional(),
  key_ops: z
    .array(z.unknown(), { error: "must be a list" })
    .refine((operations) => operations.some((one) => OPERATIONS.includes(String(one))), {
      error: `must have one of ${OPERATIONS.join(", ")}`,
    })
    .optional(),
};

/** A JWK that can encrypt; where it names no algorithm, the strongest that every JWE library knows. */
const encryptionKey = z.discriminatedUnion(
  "kty",
  [
    z.looseObject({
      kty: z.literal("RSA"),
      alg: oneOf(RSA_ALGORITHMS).default("RSA-OAEP-256"),
      ...common,
    }),
    z.looseObject({
      kty: z.literal("EC"),
      crv: oneOf(CURVES),
      alg: oneOf(ECDH_ALGORITHMS).default("ECDH-ES+A256KW"),
      ...common,
    }),
    z.looseObject({
      kty: z.literal("OKP"),
      crv: oneOf(["X25519"]),
      alg: oneOf(ECDH_ALGORITHMS).default("ECDH-ES+A256KW"),
      ...common,
    }),
  ],
  { error: "must be RSA, EC or OKP" },
);

function oneOf(names: readonly string[]) {
  return z.enum(names, { error: `must be ${names.join(" or ")}` });
}

/** The recipient with this JWK: its JSON text, or the object. RFC 7517 */
export async function jwkRecipient(input: string | Readonly<Record<string, unknown>>): Promise<Recipient> {
  const jwk = publicJwk(typeof input === "string" ? parseJson(input) : input);
  const parsed = encryptionKey.safeParse(jwk);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(`cannot encrypt: its ${issue?.path.join(".")} ${issue?.message}`);
  }
  const { alg, kid } = parsed.data;
  const key = importKey(jwk);
  const header = { alg, enc: "A256GCM", ...(kid === undefined ? {} : { kid }) };
  return {
    fingerprint: await calculateJwkThumbprint(key),
    encrypt: (text) =>
      new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(header).encrypt(key),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("is not JSON");
  }
}

function publicJwk(json: unknown): JsonWebKey {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw refused("is no JWK");
  const has = (name: string) => Object.hasOwn(json, name);
  if (has("keys")) throw refused("holds several keys");
  if (PRIVATE_MEMBERS.some(has)) throw refused("is a private key");
  if (has("k")) throw refused("is a symmetric key");
  return json as JsonWebKey;
}

function importKey(jwk: JsonWebKey): KeyObject {
  const key = createKey(jwk);
  const { modulusLength = SHORTEST_RSA, publicExponent = 3n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < SHORTEST_RSA) throw refused(`cannot encrypt safely: it has ${modulusLength} bits`);
  // To the power of 1 nothing is encrypted, to that of an even number nothing can be decrypted.
  if (publicExponent < 3n || publicExponent % 2n === 0n) throw refused("is not a valid key: its e is wrong");
  return key;
}

function createKey(jwk: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    throw refused("is not a valid key: its numbers do not match");
  }
}

function refused(problem: string): IamKeysError {
  return new IamKeysError("INVALID_ARGUMENT", `encryptTo.jwk ${problem}.`, {
    hint: `Give one public JWK for encryption: RSA of at least ${SHORTEST_RSA} bits, EC on ${CURVES.join(" or ")}, or OKP with X25519.`,
  });
}
