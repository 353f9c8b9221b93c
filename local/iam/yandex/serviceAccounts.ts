import * as z from "zod";
import { yandexId } from "../identifiers.ts";
import type { ServiceAccount } from "../state.ts";
import { type AuthenticatedCall, characters, readBody, readQuery, serviceAccountNotFound } from "./call.ts";
import { emptyResponse } from "./operations.ts";
import { page, pagingFields } from "./paging.ts";
import { timestamp, withoutDefaults } from "./protoJson.ts";
import { requireRole } from "./requireRole.ts";
import { alreadyExists } from "./yandexError.ts";

const messages = "type.googleapis.com/yandex.cloud.iam.v1";
const folderId = characters(50).refine((id) => id !== "", "Required.");

const createRequest = z.strictObject({
  folderId,
  name: z.string().regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/),
  description: characters(256),
});
const getRequest = z.strictObject({});
const listRequest = z.strictObject({ folderId, ...pagingFields });

/** ServiceAccount.create */
export function createServiceAccount(call: AuthenticatedCall): object {
  const { folderId, name, description } = readBody(call, createRequest);
  requireRole(call, folderId);
  const inFolder = call.state.serviceAccounts.ownedBy(folderId);
  if (inFolder.some((account) => account.name === name)) {
    throw alreadyExists(`Service account with name ${name} already exists`);
  }
  const id = yandexId();
  return call.operations.start({
    description: "Create service account",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.CreateServiceAccountMetadata`, serviceAccountId: id },
    fault: call.operationFault,
    carryOut() {
      const account = call.state.addServiceAccount(folderId, name, description, id);
      return { "@type": `${messages}.ServiceAccount`, ...asMessage(account) };
    },
  });
}

/** ServiceAccount.get */
export function getServiceAccount(call: AuthenticatedCall): object {
  readQuery(call, getRequest);
  return withoutDefaults(asMessage(findAccount(call)));
}

/** ServiceAccount.list */
export function listServiceAccounts(call: AuthenticatedCall): object {
  const { folderId, ...paging } = readQuery(call, listRequest);
  requireRole(call, folderId);
  const { items, nextPageToken } = page(call.state.serviceAccounts.ownedBy(folderId), paging);
  return withoutDefaults({ serviceAccounts: items.map(asMessage), nextPageToken });
}

/** ServiceAccount.delete */
export function deleteServiceAccount(call: AuthenticatedCall): object {
  const { id } = findAccount(call);
  return call.operations.start({
    description: "Delete service account",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.DeleteServiceAccountMetadata`, serviceAccountId: id },
    fault: call.operationFault,
    carryOut() {
      call.state.removeServiceAccount(findAccount(call).id);
      return emptyResponse;
    },
  });
}

function findAccount(call: AuthenticatedCall): ServiceAccount {
  const { serviceAccountId = "" } = call.path;
  const account = call.state.serviceAccounts.get(serviceAccountId);
  if (!account) throw serviceAccountNotFound(serviceAccountId);
  requireRole(call, account.id);
  return account;
}

function asMessage({ id, folderId, createdAt, name, description }: ServiceAccount) {
  return { id, folderId, createdAt: timestamp(createdAt), name, description };
}
