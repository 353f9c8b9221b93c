import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { OidcClaims } from "./oidcClaims.ts";

const algorithm = "RS256";
const hourMs = 60 * 60 * 1000;

export type Issuer = ReturnType<typeof createIssuer>;

/** An OIDC issuer, as a CI has one: signs tokens, and shows the key by which they are verified. */
export function createIssuer(now: () => Date) {
  let pending: ReturnType<typeof newSigningKey> | undefined;
  // Made when it is first needed, because it takes a while.
  const signingKey = () => {
    pending ??= newSigningKey();
    return pending;
  };

  return {
    async sign({
      subject,
      audience,
      issuer,
      ttlMs = hourMs,
      claims,
    }: OidcClaims & { issuer: string }): Promise<string> {
      const { privateKey, keyId } = await signingKey();
      const issuedAt = now().getTime();
      const [iat, exp] = [issuedAt, issuedAt + ttlMs].map((milliseconds) => Math.floor(milliseconds / 1000));
      const own = { iss: issuer, sub: subject, aud: audience, jti: randomUUID(), iat, exp };
      return await new SignJWT({ ...own, ...claims } as JWTPayload)
        .setProtectedHeader({ alg: algorithm, kid: keyId, typ: "JWT" })
        .sign(privateKey);
    },

    /** The claims of a token that this issuer has signed and that has not expired. Throws a JOSEError otherwise. */
    async verify(token: string): Promise<JWTPayload> {
      const { publicKey } = await signingKey();
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: [algorithm],
        requiredClaims: ["iss", "sub", "aud", "exp"],
        currentDate: now(),
      });
      return payload;
    },

    async keys(): Promise<JSONWebKeySet> {
      const { publicKey, keyId } = await signingKey();
      return { keys: [{ ...(await exportJWK(publicKey)), kid: keyId, use: "sig", alg: algorithm }] };
    },

    /** The metadata by which a client of OIDC discovery finds the keys. */
    configuration: (url: string) => ({
      issuer: url,
      jwks_uri: `${url}/oidc/keys`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [algorithm],
    }),
  };
}

async function newSigningKey() {
  return { ...(await generateKeyPair(algorithm)), keyId: randomUUID() };
}
