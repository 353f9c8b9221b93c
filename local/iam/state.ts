import type { AwsPolicy } from "./aws/policy.ts";
import {
  apiKeySecret,
  awsAccessKeyId,
  awsSecretAccessKey,
  awsUserId,
  ephemeralAccessKeyId,
  ephemeralAccessKeySecret,
  iamTokenText,
  sessionTokenText,
  staticAccessKeyId,
  staticAccessKeySecret,
  yandexId,
} from "./identifiers.ts";
import { createLockboxState } from "./lockboxState.ts";
import { createOwnedItems } from "./ownedItems.ts";
import { createRsaKeyPairs, type KeyAlgorithm } from "./rsaKeyPair.ts";
import type { RoleBinding } from "./yandex/roles.ts";

/** Who calls, or who owns a credential, at Yandex Cloud. */
export interface Subject {
  readonly kind: "serviceAccount" | "userAccount";
  readonly id: string;
}

/** What every stored thing has: `sequence` grows with every creation and gives lists a stable order. */
export interface Stored {
  readonly sequence: number;
  readonly createdAt: Date;
}

export interface ServiceAccount extends Stored {
  readonly id: string;
  readonly folderId: string;
  readonly name: string;
  readonly description: string;
}

export interface AuthorizedKey extends Stored {
  readonly id: string;
  readonly owner: Subject;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly publicKey: string;
  description: string;
  lastUsedAt: Date | undefined;
}

export interface StaticAccessKey extends Stored {
  readonly id: string;
  readonly keyId: string;
  readonly secret: string;
  readonly owner: Subject;
  description: string;
  lastUsedAt: Date | undefined;
}

export interface ApiKey extends Stored {
  readonly id: string;
  readonly secret: string;
  readonly owner: Subject;
  description: string;
  scopes: readonly string[];
  /** Absent: never. */
  expiresAt: Date | undefined;
  lastUsedAt: Date | undefined;
}

export interface EphemeralAccessKey extends Stored {
  /** The access key id. */
  readonly id: string;
  readonly secret: string;
  readonly sessionToken: string;
  readonly owner: Subject;
  readonly expiresAt: Date;
  lastUsedAt: Date | undefined;
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
  readonly name: string;
  readonly userId: string;
  readonly path: string;
}

export type AwsKeyStatus = "Active" | "Inactive";

export interface AwsAccessKey extends Stored {
  readonly id: string;
  readonly secret: string;
  readonly userName: string;
  status: AwsKeyStatus;
  lastUsed: { readonly at: Date; readonly region: string; readonly service: string } | undefined;
}

export interface StateSettings {
  readonly now: () => Date;
  readonly propagationMs: number;
  readonly rsaKeyPool: number | undefined;
}

export type State = ReturnType<typeof createState>;

/** Everything the server knows, in memory. Holds the data and how each thing comes to be; the rules of the APIs are elsewhere. */
export function createState({ now, propagationMs, rsaKeyPool }: StateSettings) {
  const newRsaKeyPair = createRsaKeyPairs(rsaKeyPool);
  const serviceAccounts = createOwnedItems((account: ServiceAccount) => account.folderId);
  const authorizedKeys = createOwnedItems((key: AuthorizedKey) => key.owner.id);
  const staticAccessKeys = createOwnedItems(
    (key: StaticAccessKey) => key.owner.id,
    ({ keyId }) => keyId,
  );
  const apiKeys = createOwnedItems(
    (key: ApiKey) => key.owner.id,
    ({ secret }) => secret,
  );
  const ephemeralAccessKeys = createOwnedItems((key: EphemeralAccessKey) => key.owner.id);
  const iamTokens = new Map<string, IamToken>();
  const users = new Map<string, AwsUser>();
  const awsAccessKeys = createOwnedItems((key: AwsAccessKey) => key.userName);
  const federatedCredentials: FederatedCredential[] = [];
  const policies = new Map<string, AwsPolicy>();
  const issuedSecrets: string[] = [];
  let lastSequence = 0;

  const nextSequence = (): number => {
    lastSequence += 1;
    return lastSequence;
  };
  const stored = (): Stored => ({ sequence: nextSequence(), createdAt: now() });

  const lockbox = createLockboxState(stored);

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
    ephemeralAccessKeys,
    /** By the token's text. */
    iamTokens,
    /** By user name. */
    users,
    awsAccessKeys,
    /** Every secret ever handed out. */
    issuedSecrets: issuedSecrets as readonly string[],

    /** Whether those who check credentials have heard of this one yet. */
    isPropagated(credential: Stored): boolean {
      return now().getTime() - credential.createdAt.getTime() >= propagationMs;
    },

    /** The folder that this is in. A folder is in itself. */
    folderOf(resourceId: string): string {
      const resource = serviceAccounts.get(resourceId) ?? lockbox.secrets.get(resourceId);
      return resource?.folderId ?? resourceId;
    },

    addServiceAccount(folderId: string, name: string, description = "", id = yandexId()): ServiceAccount {
      return serviceAccounts.add({ ...stored(), id, folderId, name, description });
    },

    async addAuthorizedKey(owner: Subject, keyAlgorithm: KeyAlgorithm, description = "") {
      const { publicKey, privateKey } = await newRsaKeyPair(keyAlgorithm);
      const key: AuthorizedKey = {
        ...stored(),
        id: yandexId(),
        owner,
        keyAlgorithm,
        publicKey,
        description,
        lastUsedAt: undefined,
      };
      authorizedKeys.add(key);
      issuedSecrets.push(privateKey);
      // The line is part of what the real service returns; the angle brackets are literal.
      const line = `PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <${key.id}>`;
      return { key, privateKey: `${line}\n${privateKey}` };
    },

    addStaticAccessKey(owner: Subject, description = ""): StaticAccessKey {
      const key: StaticAccessKey = {
        ...stored(),
        id: yandexId(),
        keyId: staticAccessKeyId(),
        secret: staticAccessKeySecret(),
        owner,
        description,
        lastUsedAt: undefined,
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
    ): ApiKey {
      const key: ApiKey = {
        ...stored(),
        id: yandexId(),
        secret: apiKeySecret(),
        owner,
        description,
        scopes,
        expiresAt,
        lastUsedAt: undefined,
      };
      issuedSecrets.push(key.secret);
      return apiKeys.add(key);
    },

    addEphemeralAccessKey(owner: Subject, expiresAt: Date): EphemeralAccessKey {
      const key: EphemeralAccessKey = {
        ...stored(),
        id: ephemeralAccessKeyId(),
        secret: ephemeralAccessKeySecret(),
        sessionToken: sessionTokenText(),
        owner,
        expiresAt,
        lastUsedAt: undefined,
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

    addAwsAccessKey(userName: string, createdAt = now()): AwsAccessKey {
      const key: AwsAccessKey = {
        ...stored(),
        createdAt,
        id: awsAccessKeyId(),
        secret: awsSecretAccessKey(),
        userName,
        status: "Active",
        lastUsed: undefined,
      };
      awsAccessKeys.add(key);
      issuedSecrets.push(key.secret);
      return key;
    },

    /** Removes a user together with the keys and the policy; false where there is none of that name. */
    removeUser(name: string): boolean {
      awsAccessKeys.deleteOwnedBy(name);
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
