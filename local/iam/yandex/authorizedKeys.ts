import * as z from "zod";
import type { AuthorizedKey } from "../state.ts";
import { type AuthenticatedCall, accountOrCaller, characters, readBody, readQuery } from "./call.ts";
import { emptyResponse } from "./operations.ts";
import { page, pagingFields } from "./paging.ts";
import { optionalTimestamp, timestamp, withoutDefaults } from "./protoJson.ts";
import { requireRole } from "./requireRole.ts";
import { maskCovers, updateMaskField } from "./updateMask.ts";
import { notFound } from "./yandexError.ts";

const messages = "type.googleapis.com/yandex.cloud.iam.v1";
const format = z.enum(["PEM_FILE"]).default("PEM_FILE");

const createRequest = z.strictObject({
  serviceAccountId: characters(50),
  description: characters(256),
  format,
  keyAlgorithm: z.enum(["ALGORITHM_UNSPECIFIED", "RSA_2048", "RSA_4096"]).default("ALGORITHM_UNSPECIFIED"),
});
const getRequest = z.strictObject({ format });
const listRequest = z.strictObject({ serviceAccountId: characters(50), format, ...pagingFields });
const updateRequest = z.strictObject({ updateMask: updateMaskField, description: characters(256) });

/** Key.create */
export async function createAuthorizedKey(call: AuthenticatedCall): Promise<object> {
  const { serviceAccountId, description, keyAlgorithm } = readBody(call, createRequest);
  const owner = accountOrCaller(call, serviceAccountId);
  const algorithm = keyAlgorithm === "RSA_4096" ? "RSA_4096" : "RSA_2048";
  const { key, privateKey } = await call.state.addAuthorizedKey(owner, algorithm, description);
  return { key: withoutDefaults(asMessage(key)), privateKey };
}

/** Key.get */
export function getAuthorizedKey(call: AuthenticatedCall): object {
  readQuery(call, getRequest);
  return withoutDefaults(asMessage(findKey(call)));
}

/** Key.list */
export function listAuthorizedKeys(call: AuthenticatedCall): object {
  const { serviceAccountId, ...paging } = readQuery(call, listRequest);
  const owner = accountOrCaller(call, serviceAccountId);
  const { items, nextPageToken } = page(call.state.authorizedKeys.listedFor(owner.id), paging);
  return withoutDefaults({ keys: items.map(asMessage), nextPageToken });
}

/** Key.update */
export function updateAuthorizedKey(call: AuthenticatedCall): object {
  const { updateMask, description } = readBody(call, updateRequest);
  const described = maskCovers(updateMask, "description", ["description"]);
  const { id } = findKey(call);
  return call.operations.start({
    description: "Update key",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.UpdateKeyMetadata`, keyId: id },
    fault: call.operationFault,
    carryOut() {
      const key = findKey(call);
      if (described) key.description = description;
      return { "@type": `${messages}.Key`, ...asMessage(key) };
    },
  });
}

/** Key.delete */
export function deleteAuthorizedKey(call: AuthenticatedCall): object {
  const { id } = findKey(call);
  return call.operations.start({
    description: "Delete key",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.DeleteKeyMetadata`, keyId: id },
    fault: call.operationFault,
    carryOut() {
      call.state.authorizedKeys.delete(findKey(call).id);
      return emptyResponse;
    },
  });
}

function findKey(call: AuthenticatedCall): AuthorizedKey {
  const { keyId = "" } = call.path;
  const key = call.state.authorizedKeys.get(keyId);
  if (!key) throw notFound(`Key ${keyId} not found`);
  requireRole(call, key.owner.id);
  return key;
}

function asMessage({ id, owner, createdAt, description, keyAlgorithm, publicKey, uses }: AuthorizedKey) {
  return {
    id,
    [owner.kind === "serviceAccount" ? "serviceAccountId" : "userAccountId"]: owner.id,
    createdAt: timestamp(createdAt),
    description,
    keyAlgorithm,
    publicKey,
    lastUsedAt: optionalTimestamp(uses.lastHeard()?.at),
  };
}
