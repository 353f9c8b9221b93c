import { decodeProtectedHeader, errors, importSPKI, jwtVerify } from "jose";
import type { AuthorizedKey, State, Subject } from "../state.ts";
import { unauthenticated } from "./yandexError.ts";

const algorithm = "PS256";
const audience = "https://iam.api.cloud.yandex.net/iam/v1/tokens";
const maxAgeSeconds = 60 * 60;

/** Verifies a JWT signed with an authorized key, and gives the service account it speaks for. */
export async function subjectOfJwt(state: State, jwt: string): Promise<Subject> {
  const key = keyNamedBy(state, jwt);
  const { iat, exp, aud } = await verified(state, key, jwt);
  if (iat === undefined || exp === undefined) throw unauthenticated("JWT: iat and exp are required");
  if (exp - iat > maxAgeSeconds) throw unauthenticated("JWT: must not live longer than one hour");
  if (aud !== audience) throw unauthenticated("JWT: aud must be exactly the address of the token service");
  state.noteUse(key);
  return key.owner;
}

function keyNamedBy(state: State, jwt: string): AuthorizedKey {
  const key = state.authorizedKeys.get(keyIdIn(jwt) ?? "");
  if (key?.owner.kind !== "serviceAccount" || !state.knowsAtThisUse(key)) {
    throw unauthenticated("JWT: no such key of a service account");
  }
  return key;
}

function keyIdIn(jwt: string): string | undefined {
  try {
    return decodeProtectedHeader(jwt).kid;
  } catch {
    throw unauthenticated("JWT: malformed");
  }
}

async function verified(state: State, key: AuthorizedKey, jwt: string) {
  try {
    const publicKey = await importSPKI(key.publicKey, algorithm);
    const { payload } = await jwtVerify(jwt, publicKey, {
      algorithms: [algorithm],
      issuer: key.owner.id,
      audience,
      maxTokenAge: maxAgeSeconds,
      currentDate: state.now(),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw unauthenticated(`JWT: ${error.message}`);
    throw error;
  }
}
