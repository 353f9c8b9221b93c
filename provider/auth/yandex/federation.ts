import { createAgents } from "../../api/agents.ts";
import { requestAccessToken } from "./iamTokenApi.ts";
import { oidcTokens } from "./oidcToken.ts";
import type { Surroundings, TokenSource } from "./tokenSource.ts";

/**
 * Workload identity federation: exchanges a token of another issuer, which vouches for this run, for a token of a
 * service account that trusts it (RFC 8693).
 * https://yandex.cloud/en/docs/iam/operations/wlif/setup-wlif#exchange-jwt-for-iam
 */
export function federation(serviceAccountId: string, { ports, endpoints }: Surroundings): TokenSource {
  const { origin, get } = oidcTokens(ports);
  const agents = createAgents(endpoints.auth, ports.environment);
  return {
    origin,
    isRenewable: true,
    async mint() {
      const oidcToken = await get();
      return requestAccessToken(
        {
          operation: "The token exchange",
          method: "POST",
          url: `${endpoints.auth}/oauth/token`,
          form: {
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
            requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
            audience: serviceAccountId,
            subject_token: oidcToken,
            subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
          },
          agents,
          hint: `Service account ${serviceAccountId} needs a federated credential for exactly what the OIDC token says: ${await claimsOf(oidcToken)}.`,
        },
        ports.now(),
      );
    },
  };
}

/** The claims that a federation compares. They are no secrets, and they show why a token was refused. */
async function claimsOf(oidcToken: string): Promise<string> {
  const { decodeJwt } = await import("jose/jwt/decode");
  try {
    const { iss, sub, aud, exp } = decodeJwt(oidcToken);
    const ends = exp === undefined ? "never ends" : `ends at ${new Date(exp * 1000).toISOString()}`;
    return `issuer ${iss}, subject ${sub}, audience ${[aud].flat().join(", ")}, ${ends}`;
  } catch {
    return "it is no JWT";
  }
}
