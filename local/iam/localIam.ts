import type { AwsPolicy } from "./aws/policy.ts";
import type { Consistency } from "./consistency.ts";
import type { CredentialPatch, LocalCredential } from "./credentials.ts";
import type { FaultPlan } from "./faults.ts";
import type { OidcClaims } from "./federation/oidcClaims.ts";
import type { HeldRequest } from "./holds.ts";
import type { PlantedKey } from "./plantedKey.ts";
import type { LoggedRequest } from "./requestLog.ts";
import type { FederatedCredential } from "./state.ts";
import type { RoleBinding } from "./yandex/roles.ts";

/** How the server behaves. All times are in milliseconds. */
export interface LocalIamOptions {
  /** The port on 127.0.0.1. Absent: any free one. */
  readonly port?: number;
  /** The server's clock, for everything but `latencyMs` and delay faults. Absent: the real one. */
  readonly now?: () => Date;
  /** How long, by `now`, a Yandex Operation stays not done, and its work undone. Absent: done in the first answer. */
  readonly operationMs?: number;
  /** How long, by `now`, a new key is unknown to those who check signatures and JWTs: eventual consistency. Absent: not at all. */
  readonly propagationMs?: number;
  /** How late IAM shows what was done, until `setConsistency` says otherwise. Absent: not at all. */
  readonly consistency?: Consistency;
  /** How long, in real time, every answer takes at least. */
  readonly latencyMs?: number;
  /** The one OAuth token that IamToken.create accepts, in the name of the administrator. Absent: none. */
  readonly yandexPassportOauthToken?: string;
  /** Whether a Yandex mutation repeated under one Idempotency-Key is done once. Absent: yes. If not, the header is ignored. */
  readonly honoursIdempotencyKey?: boolean;
  /**
   * For benches: authorized keys get one of so many RSA key pairs, again and again, because making one takes about
   * 100 ms of CPU. Keys then share their secrets, so it is nothing for a test of rotation. Absent: each has its own.
   */
  readonly rsaKeyPool?: number;
  /** What a server held before, as `contents` gave it. Absent: nothing. */
  readonly contents?: string;
}

/** What a program needs in its environment to use the server as the administrator. */
export interface LocalIamEnvironment {
  readonly YC_ENDPOINT: string;
  readonly YC_TOKEN: string;
  readonly AWS_ENDPOINT_URL: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_REGION: string;
}

/** An authorized key file, as `yc iam key create` writes it. */
export interface ServiceAccountKeyFile {
  readonly id: string;
  readonly service_account_id: string;
  readonly created_at: string;
  readonly key_algorithm: string;
  readonly public_key: string;
  readonly private_key: string;
}

/** A running server. */
export interface LocalIam {
  /** Its address, which is the base URL of every service. */
  readonly url: string;
  /** An administrator's credentials, new with every start. They are not listed by `keys`. */
  readonly environment: LocalIamEnvironment;
  /** The Yandex folder in which all service accounts of `addServiceAccount` are. */
  readonly folderId: string;
  /** The Yandex subject for whom the token of `environment` speaks: a user account. */
  readonly callerId: string;
  /** The AWS user whose access key `environment` has. */
  readonly callerUserName: string;
  /** A Yandex service account which exists from the start. The metadata service speaks for it. */
  readonly serviceAccountId: string;
  /** An AWS user who exists, under this name, from the start. */
  readonly userName: string;
  /** Requests so far, in order of arrival. */
  readonly requests: readonly LoggedRequest[];

  /** Adds a Yandex service account and gives its id. */
  addServiceAccount(name?: string): string;
  /** Adds an AWS user and gives the name back. Throws where there is one of that name. */
  addUser(name: string): string;
  /** Renames an AWS user, who keeps keys and policy. Throws where there is none of that name, or one of the new name. */
  renameUser(name: string, newName: string): void;
  /** Adds an empty Lockbox secret and gives its id. */
  addLockboxSecret(name?: string): string;
  /**
   * Schedules a version of a Lockbox secret for destruction, as if somebody had: in seven days or, by the server's
   * clock, after `pendingMs`; after 0 it is destroyed at once. Throws where there is none, or it is destroyed.
   */
  scheduleVersionDestruction(versionId: string, options?: { readonly pendingMs?: number }): void;
  /** Takes that back. Throws where the version is not scheduled for destruction. */
  cancelVersionDestruction(versionId: string): void;
  /**
   * Allows a service account or the caller (`callerId`) what these roles allow, and no more: the rest is answered 403.
   * Who was never given roles is an administrator.
   */
  setRoles(subjectId: string, roles: readonly RoleBinding[]): void;
  /**
   * Allows an AWS user or the caller (`callerUserName`) the IAM actions that this policy allows, and no more.
   * Who was never given a policy is an administrator.
   */
  setPolicy(userName: string, policy: AwsPolicy): void;
  /**
   * Ties an external subject to a service account: its OIDC tokens can then be exchanged at /oauth/token.
   * `issuer` is, where it is absent, the local one.
   */
  addFederatedCredential(
    credential: Omit<FederatedCredential, "issuer"> & Partial<Pick<FederatedCredential, "issuer">>,
  ): void;
  /** A token of the local OIDC issuer, whose /.well-known/openid-configuration is at the server's address. */
  oidcToken(claims: OidcClaims): Promise<string>;
  /** A bearer token that acts as this service account. Lives 12 hours unless `ttlMs` says otherwise. */
  issueToken(serviceAccountId: string, options?: { readonly ttlMs?: number }): string;
  /** Makes an authorized key of this service account and gives it as a key file's content. */
  serviceAccountKeyFile(serviceAccountId: string): Promise<ServiceAccountKeyFile>;

  /** Every live credential, without secrets. */
  keys(): LocalCredential[];
  /**
   * Adds a key as if somebody had made it, be it long ago, and gives its id; its secret is then the last of `secrets`.
   * Throws where there is no such owner, or an AWS user with two keys already.
   */
  plantKey(key: PlantedKey): Promise<string>;
  /** Removes a credential, a service account, a user or a Lockbox secret behind every program's back. Throws where there is none of that id. */
  remove(id: string): void;
  /** Changes a credential behind every program's back. Throws where there is none of that id with such a field. */
  patch(id: string, patch: CredentialPatch): void;
  /**
   * Every account, user and credential but the administrator's, with its secrets, in JSON. Another server can begin with it
   * (`LocalIamOptions.contents`): everything then has the ids, secrets and times that it has here.
   */
  contents(): string;
  /** Every secret ever handed out, so that a test can look for them where they must not be. */
  secrets(): string[];

  /** Plans a fault. Faults of one operation happen in the order in which they were planned. */
  fail(plan: FaultPlan): void;
  /** Forgets the faults which have not happened yet. */
  clearFaults(): void;
  /** The next request that a pause fault holds; each is given out once. Rejects when the server is closed. */
  held(): Promise<HeldRequest>;
  /** How late IAM shows what is done from now on; what was done before stays as late as it was to be. */
  setConsistency(consistency: Consistency): void;
  /**
   * Takes so many requests to IAM in a second, by the server's clock, Yandex's and AWS's each for itself, and refuses the others as
   * too fast: HTTP 429 at Yandex, "Throttling" at AWS. Neither cloud says how many it takes. Absent: all, as from the start.
   */
  limitRate(perSecond?: number): void;
  /** Refuses connections from now on, as if nothing listened there, and cuts those that exist with their next request. */
  refuseConnections(): void;
  /** Takes connections again, at the same address. */
  acceptConnections(): Promise<void>;

  /** Stops the server and cuts its connections. */
  close(): Promise<void>;
}
