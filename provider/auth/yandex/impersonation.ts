import { createIamToken } from "./iamTokenApi.ts";
import type { Surroundings, TokenSource } from "./tokenSource.ts";

/**
 * Another service account in whose name the requests are made. The caller's own tokens only serve to make tokens of
 * that account.
 */
export function impersonation(
  serviceAccountId: string,
  own: TokenSource,
  { endpoints, iamAgents }: Surroundings,
): TokenSource {
  return {
    origin: own.origin,
    isRenewable: true,
    ownKey: own.ownKey,
    async mint() {
      const { token } = await own.mint();
      return createIamToken("createForServiceAccount", endpoints.iam, iamAgents, {
        body: { serviceAccountId },
        token,
        subject: `service account ${serviceAccountId}`,
        credentials: own.origin,
      });
    },
  };
}
