import * as z from "zod";
import type { ApiKey } from "../state.ts";
import {
  type AuthenticatedCall,
  accountOrCaller,
  characters,
  readBody,
  readQuery,
  serviceAccountOrCaller,
} from "./call.ts";
import { emptyResponse } from "./operations.ts";
import { page, pagingFields } from "./paging.ts";
import { optionalTimestamp, timestamp, timestampField, withoutDefaults } from "./protoJson.ts";
import { requireRole } from "./requireRole.ts";
import { maskCovers, updateMaskField } from "./updateMask.ts";
import { invalidArgument, notFound } from "./yandexError.ts";

const messages = "type.googleapis.com/yandex.cloud.iam.v1";
const updatable = ["description", "scopes", "expiresAt"];

const content = {
  description: characters(256),
  scopes: z
    .array(characters(256))
    .max(100, "The maximum number of elements is 100.")
    .refine((scopes) => new Set(scopes).size === scopes.length, "The elements must be unique.")
    .default([]),
  expiresAt: timestampField("1970-01-01T00:00:00Z", "2105-12-31T23:59:59.999Z").optional(),
};
const createRequest = z.strictObject({ serviceAccountId: characters(50), ...content });
const getRequest = z.strictObject({});
const listRequest = z.strictObject({ serviceAccountId: characters(50), ...pagingFields });
const updateRequest = z.strictObject({ updateMask: updateMaskField, ...content });

/** ApiKey.create */
export function createApiKey(call: AuthenticatedCall): object {
  const { serviceAccountId, ...settings } = readBody(call, createRequest);
  const key = call.state.addApiKey(serviceAccountOrCaller(call, serviceAccountId), settings);
  return { apiKey: withoutDefaults(asMessage(key)), secret: key.secret };
}

/** ApiKey.get */
export function getApiKey(call: AuthenticatedCall): object {
  readQuery(call, getRequest);
  return withoutDefaults(asMessage(findKey(call)));
}

/** ApiKey.list */
export function listApiKeys(call: AuthenticatedCall): object {
  const { serviceAccountId, ...paging } = readQuery(call, listRequest);
  const owner = accountOrCaller(call, serviceAccountId);
  const { items, nextPageToken } = page(call.state.apiKeys.listedFor(owner.id), paging);
  return withoutDefaults({ apiKeys: items.map(asMessage), nextPageToken });
}

/** ApiKey.update */
export function updateApiKey(call: AuthenticatedCall): object {
  const { updateMask, ...settings } = readBody(call, updateRequest);
  const [described, scoped, dated] = updatable.map((field) => maskCovers(updateMask, field, updatable));
  if (scoped && settings.scopes.length === 0) {
    throw invalidArgument("Invalid scopes", [
      { field: "scopes", description: "The number of elements must be in the range 1-100." },
    ]);
  }
  const { id } = findKey(call);
  return call.operations.start({
    description: "Update API key",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.UpdateApiKeyMetadata`, apiKeyId: id },
    fault: call.operationFault,
    carryOut() {
      const key = findKey(call);
      if (described) key.description = settings.description;
      if (scoped) key.scopes = settings.scopes;
      if (dated) key.expiresAt = settings.expiresAt;
      return { "@type": `${messages}.ApiKey`, ...asMessage(key) };
    },
  });
}

/** ApiKey.delete */
export function deleteApiKey(call: AuthenticatedCall): object {
  const { id } = findKey(call);
  return call.operations.start({
    description: "Delete API key",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.DeleteApiKeyMetadata`, apiKeyId: id },
    fault: call.operationFault,
    carryOut() {
      call.state.apiKeys.delete(findKey(call).id);
      return emptyResponse;
    },
  });
}

function findKey(call: AuthenticatedCall): ApiKey {
  const { apiKeyId = "" } = call.path;
  const key = call.state.apiKeys.get(apiKeyId);
  if (!key) throw notFound(`API key ${apiKeyId} not found`);
  requireRole(call, key.owner.id);
  return key;
}

function asMessage({ id, owner, createdAt, description, uses, scopes, expiresAt, secret }: ApiKey) {
  return {
    id,
    serviceAccountId: owner.id,
    createdAt: timestamp(createdAt),
    description,
    lastUsedAt: optionalTimestamp(uses.lastHeard()?.at),
    scopes,
    expiresAt: optionalTimestamp(expiresAt),
    maskedSecret: `****${secret.slice(-6)}`,
  };
}
