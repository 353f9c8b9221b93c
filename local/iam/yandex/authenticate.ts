import type { State, Subject } from "../state.ts";
import { unauthenticated } from "./yandexError.ts";

/** The subject of the bearer token, which has to be known, unexpired and not revoked. */
export function authenticate(state: State, authorization: string | undefined): Subject {
  const text = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  if (text === undefined) throw unauthenticated("Authorization header with a bearer token is required");
  const token = state.iamTokens.get(text);
  if (!token || !state.isLive(token)) throw unauthenticated("The token is invalid, expired or revoked");
  return token.subject;
}
