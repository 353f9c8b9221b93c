import * as z from "zod";
import type { StaticAccessKey } from "../state.ts";
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
import { optionalTimestamp, timestamp, withoutDefaults } from "./protoJson.ts";
import { requireRole } from "./requireRole.ts";
import { maskCovers, updateMaskField } from "./updateMask.ts";
import { notFound } from "./yandexError.ts";

const messages = "type.googleapis.com/yandex.cloud.iam.v1.awscompatibility";

const createRequest = z.strictObject({ serviceAccountId: characters(50), description: characters(256) });
const getRequest = z.strictObject({});
const listRequest = z.strictObject({ serviceAccountId: characters(50), ...pagingFields });
const updateRequest = z.strictObject({ updateMask: updateMaskField, description: characters(256) });

/** AccessKey.create */
export function createStaticAccessKey(call: AuthenticatedCall): object {
  const { serviceAccountId, description } = readBody(call, createRequest);
  const key = call.state.addStaticAccessKey(serviceAccountOrCaller(call, serviceAccountId), description);
  return { accessKey: withoutDefaults(asMessage(key)), secret: key.secret };
}

/** AccessKey.get */
export function getStaticAccessKey(call: AuthenticatedCall): object {
  readQuery(call, getRequest);
  return withoutDefaults(asMessage(findKey(call)));
}

/** AccessKey.list */
export function listStaticAccessKeys(call: AuthenticatedCall): object {
  const { serviceAccountId, ...paging } = readQuery(call, listRequest);
  const owner = accountOrCaller(call, serviceAccountId);
  const { items, nextPageToken } = page(call.state.staticAccessKeys.listedFor(owner.id), paging);
  return withoutDefaults({ accessKeys: items.map(asMessage), nextPageToken });
}

/** AccessKey.update */
export function updateStaticAccessKey(call: AuthenticatedCall): object {
  const { updateMask, description } = readBody(call, updateRequest);
  const described = maskCovers(updateMask, "description", ["description"]);
  const { id } = findKey(call);
  return call.operations.start({
    description: "Update access key",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.UpdateAccessKeyMetadata`, accessKeyId: id },
    fault: call.operationFault,
    carryOut() {
      const key = findKey(call);
      if (described) key.description = description;
      return { "@type": `${messages}.AccessKey`, ...asMessage(key) };
    },
  });
}

/** AccessKey.delete */
export function deleteStaticAccessKey(call: AuthenticatedCall): object {
  const { id } = findKey(call);
  return call.operations.start({
    description: "Delete access key",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.DeleteAccessKeyMetadata`, accessKeyId: id },
    fault: call.operationFault,
    carryOut() {
      call.state.staticAccessKeys.delete(findKey(call).id);
      return emptyResponse;
    },
  });
}

function findKey(call: AuthenticatedCall): StaticAccessKey {
  const { accessKeyId = "" } = call.path;
  const key = call.state.staticAccessKeys.get(accessKeyId);
  if (!key) throw notFound(`Access key ${accessKeyId} not found`);
  requireRole(call, key.owner.id);
  return key;
}

function asMessage({ id, owner, createdAt, description, keyId, uses }: StaticAccessKey) {
  return {
    id,
    serviceAccountId: owner.id,
    createdAt: timestamp(createdAt),
    description,
    keyId,
    lastUsedAt: optionalTimestamp(uses.lastHeard()?.at),
  };
}
