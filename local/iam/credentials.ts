import * as z from "zod";
import type { KeyKind } from "./keyKinds.ts";
import { madeUpUse } from "./keyUses.ts";
import { timeSchema } from "./plantedKey.ts";
import type { AwsKeyStatus, State } from "./state.ts";

/** A credential that exists, without its secret. Times are RFC 3339 in UTC. */
export interface LocalCredential {
  readonly kind: KeyKind | "yandex:IamToken" | "yandex:OAuthClientSecret";
  /** What the API knows it by; of a token, which has no id there, one made up. */
  readonly id: string;
  /** The public half of a Yandex static access key. */
  readonly keyId?: string;
  /** The id of a Yandex account or the name of an AWS user. */
  readonly owner: string;
  readonly description?: string;
  readonly status?: AwsKeyStatus;
  readonly createdAt: string;
  /** Its last use that succeeded, of which its API may not have heard yet (`Consistency.usesHiddenMs`). */
  readonly lastUsedAt?: string;
  /** Of an API key, which exists still when it has expired, and of an ephemeral access key, which does not. */
  readonly expiresAt?: string;
}

/** What a credential can be changed to behind a program's back. */
export interface CredentialPatch {
  /** Of a Yandex key. */
  readonly description?: string;
  /** Of an AWS access key. */
  readonly status?: AwsKeyStatus;
  /** Of any key, in RFC 3339: a consumer used it then, and its API has heard of it. */
  readonly lastUsedAt?: string;
}

/** A patch that came from outside. */
export const credentialPatchSchema = z.strictObject({
  description: z.string().exactOptional(),
  status: z.enum(["Active", "Inactive"]).exactOptional(),
  lastUsedAt: timeSchema.exactOptional(),
}) satisfies z.ZodType<CredentialPatch>;

/** Every credential that exists but the ones in `hidden` (by id), in order of kind and creation. */
export function liveCredentials(state: State, hidden: ReadonlySet<string>): LocalCredential[] {
  const all: LocalCredential[] = [
    ...[...state.authorizedKeys.values()].map(({ id, owner, description, createdAt, uses }) => ({
      kind: "yandex:ServiceAccountKey" as const,
      id,
      owner: owner.id,
      description,
      ...times(createdAt, uses.last()?.at),
    })),
    ...[...state.staticAccessKeys.values()].map(({ id, keyId, owner, description, createdAt, uses }) => ({
      kind: "yandex:StaticAccessKey" as const,
      id,
      keyId,
      owner: owner.id,
      description,
      ...times(createdAt, uses.last()?.at),
    })),
    ...[...state.apiKeys.values()].map(({ id, owner, description, createdAt, uses, expiresAt }) => ({
      kind: "yandex:ApiKey" as const,
      id,
      owner: owner.id,
      description,
      ...times(createdAt, uses.last()?.at, expiresAt),
    })),
    ...[...state.oauthClientSecrets.values()].map(({ id, oauthClientId, description, createdAt }) => ({
      kind: "yandex:OAuthClientSecret" as const,
      id,
      owner: oauthClientId,
      description,
      ...times(createdAt, undefined),
    })),
    ...[...state.ephemeralAccessKeys.values()]
      .filter((key) => state.isLive(key))
      .map(({ id, owner, createdAt, uses, expiresAt }) => ({
        kind: "yandex:EphemeralAccessKey" as const,
        id,
        owner: owner.id,
        ...times(createdAt, uses.last()?.at, expiresAt),
      })),
    ...[...state.iamTokens.values()]
      .filter((token) => state.isLive(token))
      .map(({ id, subject, createdAt }) => ({
        kind: "yandex:IamToken" as const,
        id,
        owner: subject.id,
        ...times(createdAt, undefined),
      })),
    ...[...state.awsAccessKeys.values()].map(({ id, user, status, createdAt, uses }) => ({
      kind: "aws:AccessKey" as const,
      id,
      owner: user.name,
      status,
      ...times(createdAt, uses.last()?.at),
    })),
  ];
  return all.filter(({ id }) => !hidden.has(id));
}

/** Removes a credential, what an OAuth client has, a service account with its keys, a user with its keys, or a secret of Lockbox; false where there is none of that id. */
export function removeById(state: State, id: string): boolean {
  const token = [...state.iamTokens.values()].find((candidate) => candidate.id === id);
  if (token) token.revoked = true;
  if (state.serviceAccounts.has(id)) {
    state.removeServiceAccount(id);
    return true;
  }
  if (state.oauthClientSecrets.ownedBy(id).length > 0) {
    state.oauthClientSecrets.deleteOwnedBy(id);
    return true;
  }
  if (state.removeUser(id) || state.lockbox.removeSecret(id)) return true;
  const keyMaps = [
    state.authorizedKeys,
    state.staticAccessKeys,
    state.apiKeys,
    state.oauthClientSecrets,
    state.awsAccessKeys,
  ];
  return keyMaps.some((keys) => keys.delete(id)) || token !== undefined;
}

/** Changes a credential; false where there is none of that id which has such a field. */
export function patchById(state: State, id: string, patch: CredentialPatch): boolean {
  const { description, status, lastUsedAt } = patch;
  const yandexKey = state.authorizedKeys.get(id) ?? state.staticAccessKeys.get(id) ?? state.apiKeys.get(id);
  const awsKey = state.awsAccessKeys.get(id);
  const anyKey = yandexKey ?? awsKey ?? state.ephemeralAccessKeys.get(id);
  if (yandexKey && description !== undefined) yandexKey.description = description;
  if (awsKey && status !== undefined) awsKey.status = status;
  if (anyKey && lastUsedAt !== undefined) anyKey.uses.add(madeUpUse(lastUsedAt));
  return Boolean(
    (yandexKey && description !== undefined) ||
      (awsKey && status !== undefined) ||
      (anyKey && lastUsedAt !== undefined),
  );
}

function times(createdAt: Date, lastUsedAt: Date | undefined, expiresAt?: Date) {
  return {
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
  };
}
