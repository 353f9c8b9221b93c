import type { Agents } from "../../api/agents.ts";
import { type AuthorizedKey, signJwt } from "../authorizedKey.ts";
import { createIamToken } from "./iamTokenApi.ts";
import { OwnKey } from "./ownKey.ts";
import type { MintedToken, Surroundings, TokenSource } from "./tokenSource.ts";

/** An authorized key, whose signature is exchanged for tokens of its service account. */
export function signedExchange(
  authorizedKey: AuthorizedKey,
  origin: string,
  { ports, endpoints, iamAgents }: Surroundings,
): TokenSource {
  const ownKey = new OwnKey(authorizedKey);
  return {
    origin,
    isRenewable: true,
    ownKey,
    mint: () => exchangeAuthorizedKey(ownKey.key, endpoints.iam, iamAgents, ports.now(), origin),
  };
}

/** Signs a JWT with the authorized key and exchanges it for an IAM token of its service account. */
export async function exchangeAuthorizedKey(
  key: AuthorizedKey,
  iamEndpoint: string,
  agents: Agents,
  now: number,
  credentials = `authorized key ${key.id}`,
): Promise<MintedToken> {
  return createIamToken("create", iamEndpoint, agents, {
    body: { jwt: await signJwt(key, now) },
    signedAt: now,
    subject: `authorized key ${key.id}`,
    credentials,
  });
}
