import * as z from "zod";
import type { OAuthClientSecret } from "../state.ts";
import { type AuthenticatedCall, characters, readBody, readQuery } from "./call.ts";
import { emptyResponse } from "./operations.ts";
import { page, pagingFields } from "./paging.ts";
import { timestamp, withoutDefaults } from "./protoJson.ts";
import { requireRole } from "./requireRole.ts";
import { invalidArgument, notFound } from "./yandexError.ts";

const messages = "type.googleapis.com/yandex.cloud.iam.v1";

const createRequest = z.strictObject({ oauthClientId: characters(50), description: characters(256) });
const getRequest = z.strictObject({});
const listRequest = z.strictObject({ oauthClientId: characters(50), ...pagingFields });

/** OAuthClientSecret.create. OAuth clients are not served here: whatever is named is one. */
export function createOAuthClientSecret(call: AuthenticatedCall): object {
  const { oauthClientId, description } = readBody(call, createRequest);
  requireClient(call, oauthClientId);
  const secret = call.state.newOAuthClientSecret(oauthClientId, description);
  return call.operations.start({
    description: "Create OAuth client secret",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.CreateOAuthClientSecretMetadata`, oauthClientSecretId: secret.id },
    fault: call.operationFault,
    carryOut() {
      call.state.oauthClientSecrets.add(secret);
      return {
        "@type": `${messages}.CreateOAuthClientSecretResponse`,
        oauthClientSecret: asMessage(secret),
        secretValue: secret.secret,
      };
    },
  });
}

/** OAuthClientSecret.get */
export function getOAuthClientSecret(call: AuthenticatedCall): object {
  readQuery(call, getRequest);
  return withoutDefaults(asMessage(findSecret(call)));
}

/** OAuthClientSecret.list */
export function listOAuthClientSecrets(call: AuthenticatedCall): object {
  const { oauthClientId, ...paging } = readQuery(call, listRequest);
  requireClient(call, oauthClientId);
  const { items, nextPageToken } = page(call.state.oauthClientSecrets.listedFor(oauthClientId), paging);
  return withoutDefaults({ oauthClientSecrets: items.map(asMessage), nextPageToken });
}

/** OAuthClientSecret.delete */
export function deleteOAuthClientSecret(call: AuthenticatedCall): object {
  const { id } = findSecret(call);
  return call.operations.start({
    description: "Delete OAuth client secret",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.DeleteOAuthClientSecretMetadata`, oauthClientSecretId: id },
    fault: call.operationFault,
    carryOut() {
      call.state.oauthClientSecrets.delete(findSecret(call).id);
      return emptyResponse;
    },
  });
}

function requireClient(call: AuthenticatedCall, oauthClientId: string): void {
  if (oauthClientId === "") {
    throw invalidArgument("OAuth client id is required", [
      { field: "oauthClientId", description: "Required." },
    ]);
  }
  requireRole(call, oauthClientId);
}

function findSecret(call: AuthenticatedCall): OAuthClientSecret {
  const { oauthClientSecretId = "" } = call.path;
  const secret = call.state.oauthClientSecrets.get(oauthClientSecretId);
  if (!secret) throw notFound(`OAuth client secret ${oauthClientSecretId} not found`);
  requireRole(call, secret.oauthClientId);
  return secret;
}

function asMessage({ id, oauthClientId, createdAt, description, secret }: OAuthClientSecret) {
  return {
    id,
    oauthClientId,
    description,
    maskedSecret: `${secret.slice(0, "yccs__".length + 10)}****`,
    createdAt: timestamp(createdAt),
  };
}
