import { jsonReply, type ReceivedRequest, type Service } from "../exchange.ts";
import type { State } from "../state.ts";
import { exchangeToken } from "./exchangeToken.ts";
import type { Issuer } from "./issuer.ts";
import { OAuthError, oauthErrorReply } from "./oauthError.ts";

const operations: Readonly<Record<string, string>> = {
  "POST /oauth/token": "oauth:ExchangeToken",
  "GET /.well-known/openid-configuration": "oidc:Configuration",
  "GET /oidc/keys": "oidc:Keys",
};

const usualCodes: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "invalid_client",
  403: "access_denied",
  429: "temporarily_unavailable",
  503: "temporarily_unavailable",
};

/** Whether the request is for the token exchange or for the OIDC issuer. */
export const isForFederation = ({ path }: ReceivedRequest): boolean =>
  /^\/(oauth|oidc|\.well-known)\//.test(path);

/** Workload identity federation: the token exchange of Yandex Cloud, and an OIDC issuer that it trusts. */
export function createFederationService(state: State, issuer: Issuer): Service {
  const operationOf = ({ method, path }: ReceivedRequest) => operations[`${method} ${path}`] ?? "unknown";

  async function answer(request: ReceivedRequest): Promise<object> {
    switch (operationOf(request)) {
      case "oauth:ExchangeToken":
        return await exchangeToken(state, issuer, new URLSearchParams(request.body.toString()));
      case "oidc:Configuration":
        return issuer.configuration(`http://${request.headers.host}`);
      case "oidc:Keys":
        return await issuer.keys();
      default:
        throw new OAuthError("invalid_request", `There is nothing at ${request.method} ${request.path}`);
    }
  }

  return {
    operationOf,

    async handle(request) {
      try {
        return jsonReply(200, await answer(request));
      } catch (error) {
        if (error instanceof OAuthError) return oauthErrorReply(400, error.code, error.message);
        throw error;
      }
    },

    errorReply(_request, { status, code = usualCodes[status] ?? "server_error", message }) {
      return oauthErrorReply(status, String(code), message);
    },
  };
}
