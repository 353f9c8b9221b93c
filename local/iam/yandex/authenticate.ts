import type { State, Subject } from "../state.ts";
import type { AuthenticatedCall } from "./call.ts";
import { unauthenticated } from "./yandexError.ts";

/** The subject of the bearer token, or of the API key where one is taken: known, unexpired and not revoked. */
export function authenticate(
  state: State,
  authorization: string | undefined,
  takesApiKeys: boolean,
): Pick<AuthenticatedCall, "subject" | "tokenExpiresAt"> {
  const secret = /^Api-Key (\S+)$/i.exec(authorization ?? "")?.[1];
  if (takesApiKeys && secret !== undefined) {
    return { subject: subjectOfApiKey(state, secret), tokenExpiresAt: undefined };
  }
  const text = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  if (text === undefined) throw unauthenticated("Authorization header with a bearer token is required");
  const token = state.iamTokens.get(text);
  if (!token || !state.isLive(token)) throw unauthenticated("The token is invalid, expired or revoked");
  return { subject: token.subject, tokenExpiresAt: token.expiresAt };
}

function subjectOfApiKey(state: State, secret: string): Subject {
  const key = state.apiKeys.named(secret);
  if (!key || !state.isLive(key) || !state.knowsAtThisUse(key)) {
    throw unauthenticated("The API key is unknown or expired");
  }
  state.noteUse(key);
  return key.owner;
}
