import { jsonReply, type ReceivedRequest, type Reply, type Service } from "../exchange.ts";
import type { State } from "../state.ts";

const tokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";
const tokenTtlSeconds = 12 * 60 * 60;
const flavor = { "metadata-flavor": "Google" };

/** Whether the request is for the metadata service. */
export const isForMetadata = ({ path }: ReceivedRequest): boolean => path.startsWith("/computeMetadata/");

/** The metadata service of a cloud VM, as far as it gives tokens of the VM's service account. */
export function createMetadataService(state: State, serviceAccountId: string): Service {
  return {
    operationOf: ({ method, path }) =>
      method === "GET" && path === tokenPath ? "metadata:Token" : "unknown",

    async handle({ method, path, headers }) {
      if (headers["metadata-flavor"] !== "Google") {
        return textReply(403, "Missing required header: Metadata-Flavor: Google");
      }
      if (method !== "GET" || path !== tokenPath || !state.serviceAccounts.has(serviceAccountId)) {
        return textReply(404, "Not found");
      }
      const subject = { kind: "serviceAccount", id: serviceAccountId } as const;
      const { text } = state.addIamToken(subject, tokenTtlSeconds * 1000);
      const token = { access_token: text, expires_in: tokenTtlSeconds, token_type: "Bearer" };
      return jsonReply(200, token, flavor);
    },

    errorReply: (_request, { status, message }) => textReply(status, message),
  };
}

function textReply(status: number, body: string): Reply {
  return { status, headers: { "content-type": "text/plain", ...flavor }, body };
}
