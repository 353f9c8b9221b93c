import type { AwsPolicy } from "./aws/policy.ts";
import type { Consistency, KeyTrial } from "./consistency.ts";
import {
  apiKeySecret,
  awsAccessKeyId,
  awsSecretAccessKey,
  awsUserId,
  ephemeralAccessKeyId,
  ephemeralAccessKeySecret,
  iamTokenText,
  oauthClientSecretText,
  sessionTokenText,
  staticAccessKeyId,
  staticAccessKeySecret,
  yandexId,
} from "./identifiers.ts";
import { createKeyCollection } from "./keyCollection.ts";
import type { KeyKind } from "./keyKinds.ts";
import { createKeyUses, type KeyUse, type KeyUses } from "./keyUses.ts";
import { createLockboxState } from "./lockboxState.ts";
import { createOwnedItems } from "./ownedItems.ts";
import { createRsaKeyPairs, type KeyAlgorithm } from "./rsaKeyPair.ts";
import type { Stored } from "./stored.ts";
import type { RoleBinding } from "./yandex/roles.ts";

/** Who calls, or who owns a credential, at Yandex Cloud. */
export interface Subject {
  readonly kind: "serviceAccount" | "userAccount";
  readonly id: string;
}

export interface StoredKey extends Stored {
  /** What is to come of its next uses; where nothing is left, it works. */
  readonly firstUses: KeyTrial[];
  readonly uses: KeyUses;
}

export interface ServiceAccount extends Stored {
  readonly id: string;
  readonly folderId: string;
  readonly name: string;
  readonly description: string;
}

export interface AuthorizedKey extends StoredKey {
  readonly id: string;
  readonly owner: Subject;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly publicKey: string;
  description: string;
}

export interface StaticAccessKey extends StoredKey {
  readonly id: string;
  readonly keyId: string;
  readonly secret: string;
  readonly owner: Subject;
  description: string;
}

export interface ApiKey extends StoredKey {
  readonly id: string;
  readonly secret: string;
  readonly owner: Subject;
  description: string;
  scopes: readonly string[];
  /** Absent: never. */
  expiresAt: Date | undefined;
}

export interface OAuthClientSecret extends Stored {
  readonly id: string;
  readonly secret: string;
  readonly oauthClientId: string;
  readonly description: string;
}

export interface EphemeralAccessKey extends StoredKey {
  /** The access key id. */
  readonly id: string;
  readonly secret: string;
  readonly sessionToken: string;
  readonly owner: Subject;
  readonly expiresAt: Date;
}

export interface IamToken extends Stored {
  readonly id: string;
  readonly text: string;
  readonly subject: Subject;
  /** Absent: never. */
  readonly expiresAt: Date | undefined;
  revoked: boolean;
}

/** Lets an OIDC token of this issuer, audience and subject be exchanged for a token of the service account. */
export interface FederatedCredential {
  readonly serviceAccountId: string;
  readonly issuer: string;
  readonly audience: string;
  /** The external subject: the whole text has to be equal. */
  readonly subject: string;
}

export interface AwsUser extends Stored {
  readonly userId: string;
  name: string;
  path: string;
}

export type AwsKeyStatus = "Active" | "Inactive";

export interface AwsAccessKey extends StoredKey {
  readonly id: string;
  readonly secret: string;
  readonly user: AwsUser;
  status: AwsKeyStatus;
  /** When its user changed the status; absent: never. */
  changedAt?: Date;
}

/** The name of an AWS account's root user, as credential reports have it. */
export const ROOT_USER = "<root_account>";

export interface CredentialReport {
  readonly generatedAt: Date;
  /** CSV. */
  readonly content: string;
}

export interface StateSettings {
  readonly now: () => Date;
  readonly propagationMs: number;
  readonly consistency: Consistency;
  readonly rsaKeyPool: number | undefined;
}

export type State = ReturnType<typeof createState>;

/** Everything the server knows, in memory. Holds the data and how each thing comes to be; the rules of the APIs are elsewhere. */
export function createState({ now, propagationMs, rsaKeyPool, ...settings }: StateSettings) {
  let { consistency } = settings;
  const lists = { now, consistency: () => consistency };
  const newRsaKeyPair = createRsaKeyPairs(rsaKeyPool);
  const serviceAccounts = createOwnedItems((account: ServiceAccount) => account.folderId);
  const authorizedKeys = createKeyCollection({ ...lists, ownerOf: (key: AuthorizedKey) => key.owner.id });
  const staticAccessKeys = createKeyCollection({
    ...lists,
    ownerOf: (key: StaticAccessKey) => key.owner.id,
    nameOf: ({ keyId }) => keyId,
  });
  const apiKeys = createKeyCollection({
    ...lists,
    ownerOf: (key: ApiKey) => key.owner.id,
    nameOf: ({ secret }) => secret,
  });
  const oauthClientSecrets = createKeyCollection({
    ...lists,
    ownerOf: (secret: OAuthClientSecret) => secret.oauthClientId,
  });
  const ephemeralAccessKeys = createOwnedItems((key: EphemeralAccessKey) => key.owner.id);
  const iamTokens = new Map<string, IamToken>();
  const users = new Map<string, AwsUser>();
  const awsAccessKeys = createKeyCollection({ ...lists, ownerOf: (key: AwsAccessKey) => key.user.userId });
  const federatedCredentials: FederatedCredential[] = [];
  const policies = new Map<string, AwsPolicy>();
  const issuedSecrets: string[] = [];
  let lastSequence = 0;

  const nextSequence = (): number => {
    lastSequence += 1;
    return lastSequence;
  };
  const stored = (): Stored => ({ sequence: nextSequence(), createdAt: now() });

  /** A key made now or, where a time is given, as if long known to everybody. */
  const storedKey = (kind: KeyKind, createdAt?: Date): StoredKey => {
    const base = { ...stored(), uses: createKeyUses(now) };
    if (createdAt) return { ...base, createdAt, firstUses: [] };
    const { firstUses = {} } = consistency;
    return { ...base, firstUses: [...(firstUses[kind] ?? firstUses["*"] ?? [])] };
  };

  const lockbox = createLockboxState(stored);
  const rootUser: AwsUser = { ...stored(), name: ROOT_USER, userId: "root", path: "/" };

  return {
    now,
    nextSequence,
    lockbox,
    federatedCredentials,
    /** The folder of all that was not put into another. */
    folderId: `b1g${yandexId().slice(3)}`,
    /** By the id of the subject. Who is not in it is an administrator. */
    roles: new Map<string, readonly RoleBinding[]>(),
    /** By user name. Who is not in it is an administrator. */
    policies,
    /** Owned by folders. */
    serviceAccounts,
    authorizedKeys,
    /** Named by `keyId`. */
    staticAccessKeys,
    /** Named by `secret`. */
    apiKeys,
    oauthClientSecrets,
    ephemeralAccessKeys,
    /** By the token's text. */
    iamTokens,
    /** By user name. */
    users,
    /** Who is not among them, whom no list shows, and who may have keys. */
    rootUser,
    /** Owned by the ids of users, whose names may change. */
    awsAccessKeys,
    /** The last one that was made of the AWS account. */
    credentialReport: undefined as CredentialReport | undefined,
    /** Every secret ever handed out. */
    issuedSecrets: issuedSecrets as readonly string[],

    /** From now on. */
    setConsistency(wanted: Consistency): void {
      consistency = wanted;
    },

    /** Whether the server that this use of the key reaches has heard of it. Each call is a use. */
    knowsAtThisUse(key: StoredKey): boolean {
      const age = now().getTime() - key.createdAt.getTime();
      return age >= propagationMs && key.firstUses.shift() !== "refused";
    },

    /** To be called where a use has succeeded, be it by a consumer or by who tries the key. */
    noteUse({ uses }: StoredKey, by: Omit<KeyUse, "at"> = {}): void {
      uses.add({ ...by, at: now() }, consistency.usesHiddenMs);
    },

    /** The folder that this is in. A folder is in itself. */
    folderOf(resourceId: string): string {
      const resource = serviceAccounts.get(resourceId) ?? lockbox.secrets.get(resourceId);
      return resource?.folderId ?? resourceId;
    },

    addServiceAccount(folderId: string, name: string, description = "", id = yandexId()): ServiceAccount {
      return serviceAccounts.add({ ...stored(), id, folderId, name, description });
    },

    async addAuthorizedKey(owner: Subject, keyAlgorithm: KeyAlgorithm, description = "", createdAt?: Date) {
      const { publicKey, privateKey } = await newRsaKeyPair(keyAlgorithm);
      const key: AuthorizedKey = {
        ...storedKey("yandex:ServiceAccountKey", createdAt),
        id: yandexId(),
        owner,
        keyAlgorithm,
        publicKey,
        description,
      };
      authorizedKeys.add(key);
      issuedSecrets.push(privateKey);
      // The line is part of what the real service returns; the angle brackets are literal.
      const line = `PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <${key.id}>`;
      return { key, privateKey: `${line}\n${privateKey}` };
    },

    addStaticAccessKey(owner: Subject, description = "", createdAt?: Date): StaticAccessKey {
      const key: StaticAccessKey = {
        ...storedKey("yandex:StaticAccessKey", createdAt),
        id: yandexId(),
        keyId: staticAccessKeyId(),
        secret: staticAccessKeySecret(),
        owner,
        description,
      };
      staticAccessKeys.add(key);
      issuedSecrets.push(key.secret);
      return key;
    },

    addApiKey(
      owner: Subject,
      {
        description,
        scopes,
        expiresAt,
      }: Pick<ApiKey, "description" | "scopes"> & { expiresAt?: Date | undefined },
      createdAt?: Date,
    ): ApiKey {
      const key: ApiKey = {
        ...storedKey("yandex:ApiKey", createdAt),
        id: yandexId(),
        secret: apiKeySecret(),
        owner,
        description,
        scopes,
        expiresAt,
      };
      issuedSecrets.push(key.secret);
      return apiKeys.add(key);
    },

    /** One that is still to be added. */
    newOAuthClientSecret(oauthClientId: string, description: string): OAuthClientSecret {
      const secret = oauthClientSecretText();
      issuedSecrets.push(secret);
      return { ...stored(), id: yandexId(), secret, oauthClientId, description };
    },

    addEphemeralAccessKey(owner: Subject, expiresAt: Date): EphemeralAccessKey {
      const key: EphemeralAccessKey = {
        ...storedKey("yandex:EphemeralAccessKey"),
        id: ephemeralAccessKeyId(),
        secret: ephemeralAccessKeySecret(),
        sessionToken: sessionTokenText(),
        owner,
        expiresAt,
      };
      issuedSecrets.push(key.secret, key.sessionToken);
      return ephemeralAccessKeys.add(key);
    },

    addIamToken(subject: Subject, ttlMs?: number): IamToken {
      const base = stored();
      const token: IamToken = {
        ...base,
        id: yandexId(),
        text: iamTokenText(),
        subject,
        expiresAt: ttlMs === undefined ? undefined : new Date(base.createdAt.getTime() + ttlMs),
        revoked: false,
      };
      iamTokens.set(token.text, token);
      issuedSecrets.push(token.text);
      return token;
    },

    /** Whether this may be used now: not revoked, not expired. */
    isLive({
      expiresAt,
      revoked,
    }: {
      readonly expiresAt: Date | undefined;
      readonly revoked?: boolean;
    }): boolean {
      return !revoked && (expiresAt === undefined || now() < expiresAt);
    },

    addUser(name: string, path = "/"): AwsUser {
      const user = { ...stored(), name, userId: awsUserId(), path };
      users.set(name, user);
      return user;
    },

    addAwsAccessKey(user: AwsUser, createdAt?: Date): AwsAccessKey {
      const key: AwsAccessKey = {
        ...storedKey("aws:AccessKey", createdAt),
        id: awsAccessKeyId(),
        secret: awsSecretAccessKey(),
        user,
        status: "Active",
      };
      awsAccessKeys.add(key);
      issuedSecrets.push(key.secret);
      return key;
    },

    /** The keys and the policy stay with the user. */
    renameUser(user: AwsUser, name: string): void {
      const policy = policies.get(user.name);
      users.delete(user.name);
      policies.delete(user.name);
      user.name = name;
      users.set(name, user);
      if (policy) policies.set(name, policy);
    },

    /** Removes a user together with the keys and the policy; false where there is none of that name. */
    removeUser(name: string): boolean {
      const user = users.get(name);
      if (user) awsAccessKeys.deleteOwnedBy(user.userId);
      policies.delete(name);
      return users.delete(name);
    },

    /** Removes a service account together with its keys; its tokens are refused from then on. */
    removeServiceAccount(id: string): void {
      authorizedKeys.deleteOwnedBy(id);
      staticAccessKeys.deleteOwnedBy(id);
      apiKeys.deleteOwnedBy(id);
      ephemeralAccessKeys.deleteOwnedBy(id);
      for (const token of iamTokens.values()) if (token.subject.id === id) token.revoked = true;
      serviceAccounts.delete(id);
    },
  };
}
