import * as z from "zod";
import type { Agents } from "../../api/agents.ts";
import type { ApiRequest } from "../../api/apiRequest.ts";
import { parseReply, sendRequest } from "../../api/http.ts";
import { iamTokenReply } from "../../api/iamTokenReply.ts";
import { keepSecret } from "../../redact.ts";
import type { MintedToken } from "./tokenSource.ts";

/** The shape of RFC 6749, in which the token exchange and the metadata service answer. */
const accessTokenReply = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

type TokenRequest = Pick<ApiRequest, "body" | "token" | "subject" | "credentials" | "signedAt">;

/** IamToken.create, or another method that answers as it does. https://yandex.cloud/en/docs/iam/api-ref/IamToken/create */
export async function createIamToken(
  method: "create" | "createForServiceAccount",
  iamEndpoint: string,
  agents: Agents,
  request: TokenRequest,
): Promise<MintedToken> {
  const operation = `IamToken.${method}`;
  const path = method === "create" ? "/iam/v1/tokens" : `/iam/v1/tokens:${method}`;
  const reply = await sendRequest({
    ...request,
    operation,
    method: "POST",
    url: `${iamEndpoint}${path}`,
    agents,
  });
  const { iamToken, expiresAt } = parseReply(operation, iamTokenReply, reply);
  keepSecret(iamToken);
  return { token: iamToken, expiresAt: Date.parse(expiresAt) };
}

/** Sends a request that is answered as OAuth does: with a token, and the seconds for which it lives. */
export async function requestAccessToken(request: ApiRequest, now: number): Promise<MintedToken> {
  const reply = await sendRequest(request);
  const { access_token: token, expires_in: seconds } = parseReply(request.operation, accessTokenReply, reply);
  keepSecret(token);
  return { token, expiresAt: now + seconds * 1000 };
}
