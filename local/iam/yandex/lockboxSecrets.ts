import * as z from "zod";
import { lockboxId } from "../identifiers.ts";
import {
  defaultPendingMs,
  type LockboxSecret,
  type LockboxVersion,
  type PayloadValue,
  statusOfVersion,
} from "../lockboxState.ts";
import { type AuthenticatedCall, characters, readBody, readQuery } from "./call.ts";
import { page, pagingFields } from "./paging.ts";
import { durationField, timestamp, withoutDefaults } from "./protoJson.ts";
import { requireRole } from "./requireRole.ts";
import { failedPrecondition, notFound } from "./yandexError.ts";

const messages = "type.googleapis.com/yandex.cloud.lockbox.v1";
const maxBinaryBytes = 65536;

const payloadEntryChange = z
  .strictObject({
    key: z
      .string("Required.")
      .max(256)
      .regex(/^[-_./\\@0-9a-zA-Z]+$/),
    textValue: z
      .string()
      .refine((text) => [...text].length <= 65536, "The maximum string length in characters is 65536.")
      .exactOptional(),
    binaryValue: z
      .base64()
      .refine((text) => Buffer.from(text, "base64").length <= maxBinaryBytes, "At most 65536 bytes.")
      .exactOptional(),
  })
  .refine(
    ({ textValue, binaryValue }) => textValue === undefined || binaryValue === undefined,
    "Only one of textValue and binaryValue.",
  );

const getRequest = z.strictObject({});
const listVersionsRequest = z.strictObject({ ...pagingFields, pageToken: characters(100) });
const payloadRequest = z.strictObject({ versionId: characters(50) });
const addVersionRequest = z.strictObject({
  description: characters(1024),
  payloadEntries: z.array(payloadEntryChange).default([]),
  baseVersionId: characters(50),
});
const versionId = characters(50).refine((id) => id !== "", "Required.");
const cancelRequest = z.strictObject({ versionId });
const scheduleRequest = z.strictObject({
  versionId,
  pendingPeriod: durationField.default(defaultPendingMs),
});

/** Secret.get */
export function getSecret(call: AuthenticatedCall): object {
  readQuery(call, getRequest);
  const { id, folderId, name, createdAt, currentVersionId } = findSecret(call);
  const current = call.state.lockbox.versions.get(currentVersionId ?? "");
  return withoutDefaults({
    id,
    folderId,
    createdAt: timestamp(createdAt),
    name,
    status: "ACTIVE",
    currentVersion: current && asMessage(current, call.state.now()),
  });
}

/** Secret.listVersions */
export function listSecretVersions(call: AuthenticatedCall): object {
  const { id } = findSecret(call);
  const { items, nextPageToken } = page(
    call.state.lockbox.versions.ownedBy(id),
    readQuery(call, listVersionsRequest),
  );
  const versions = items.map((version) => asMessage(version, call.state.now()));
  return withoutDefaults({ versions, nextPageToken });
}

/** Payload.get */
export function getPayload(call: AuthenticatedCall): object {
  const { versionId } = readQuery(call, payloadRequest);
  const version = findVersion(call, versionId);
  requireActive(version, call.state.now());
  // A value of a oneof is written even where it is empty.
  return { versionId: version.id, entries: [...version.entries].map(([key, value]) => ({ key, ...value })) };
}

/** Secret.addVersion: the base version's entries, changed as the request says; one with a key only is removed. */
export function addSecretVersion(call: AuthenticatedCall): object {
  const { description, payloadEntries, baseVersionId } = readBody(call, addVersionRequest);
  const secret = findSecret(call);
  if (baseVersionId !== "") findVersion(call, baseVersionId);
  const id = lockboxId();
  return call.operations.start({
    description: "Add version",
    createdBy: call.subject,
    metadata: { "@type": `${messages}.AddVersionMetadata`, secretId: secret.id, versionId: id },
    fault: call.operationFault,
    carryOut() {
      const base = baseVersionId || secret.currentVersionId;
      const entries = new Map<string, PayloadValue>(
        base ? entriesOf(findVersion(call, base), call.state.now()) : [],
      );
      for (const { key, textValue, binaryValue } of payloadEntries) {
        if (textValue !== undefined) entries.set(key, { textValue });
        else if (binaryValue !== undefined) entries.set(key, { binaryValue });
        else entries.delete(key);
      }
      const version = call.state.lockbox.addVersion(findSecret(call), { id, description, entries });
      return { "@type": `${messages}.Version`, ...asMessage(version, call.state.now()) };
    },
  });
}

/** Secret.scheduleVersionDestruction */
export function scheduleVersionDestruction(call: AuthenticatedCall): object {
  const { versionId, pendingPeriod } = readBody(call, scheduleRequest);
  const { id, secretId } = findVersion(call, versionId);
  const destroyAt = new Date(call.state.now().getTime() + pendingPeriod);
  return call.operations.start({
    description: "Schedule version destruction",
    createdBy: call.subject,
    metadata: {
      "@type": `${messages}.ScheduleVersionDestructionMetadata`,
      secretId,
      versionId: id,
      destroyAt: timestamp(destroyAt),
    },
    fault: call.operationFault,
    carryOut() {
      const version = findVersion(call, id);
      if (statusOfVersion(version, call.state.now()) === "DESTROYED")
        throw failedPrecondition("Version is destroyed");
      version.destroyAt = destroyAt;
      return { "@type": `${messages}.Version`, ...asMessage(version, call.state.now()) };
    },
  });
}

/** Secret.cancelVersionDestruction */
export function cancelVersionDestruction(call: AuthenticatedCall): object {
  const { versionId } = readBody(call, cancelRequest);
  const { id, secretId } = findVersion(call, versionId);
  return call.operations.start({
    description: "Cancel version destruction",
    createdBy: call.subject,
    metadata: {
      "@type": `${messages}.CancelVersionDestructionMetadata`,
      secretId,
      versionId: id,
    },
    fault: call.operationFault,
    carryOut() {
      const version = findVersion(call, id);
      const status = statusOfVersion(version, call.state.now());
      if (status !== "SCHEDULED_FOR_DESTRUCTION") throw failedPrecondition(`Version ${id} is ${status}`);
      version.destroyAt = undefined;
      return { "@type": `${messages}.Version`, ...asMessage(version, call.state.now()) };
    },
  });
}

function findSecret(call: AuthenticatedCall): LockboxSecret {
  const { secretId = "" } = call.path;
  const secret = call.state.lockbox.secrets.get(secretId);
  if (!secret) throw notFound(`Secret ${secretId} not found`);
  requireRole(call, secret.id);
  return secret;
}

/** The version of that id, or the current one where the id is empty. */
function findVersion(call: AuthenticatedCall, versionId: string): LockboxVersion {
  const secret = findSecret(call);
  const id = versionId || (secret.currentVersionId ?? "");
  const version = call.state.lockbox.versions.get(id);
  if (version?.secretId !== secret.id) throw notFound(`Version ${id} of secret ${secret.id} not found`);
  return version;
}

// What is destroyed has nothing left that a new version could be based on.
function entriesOf(version: LockboxVersion, now: Date) {
  return statusOfVersion(version, now) === "DESTROYED" ? [] : version.entries;
}

function requireActive(version: LockboxVersion, now: Date): void {
  const status = statusOfVersion(version, now);
  if (status !== "ACTIVE") throw failedPrecondition(`Version ${version.id} is ${status}`);
}

function asMessage(version: LockboxVersion, now: Date) {
  const { id, secretId, createdAt, description, entries, destroyAt } = version;
  const status = statusOfVersion(version, now);
  return {
    id,
    secretId,
    createdAt: timestamp(createdAt),
    destroyAt: destroyAt && status === "SCHEDULED_FOR_DESTRUCTION" ? timestamp(destroyAt) : undefined,
    description,
    status,
    payloadEntryKeys: [...entries.keys()],
  };
}
