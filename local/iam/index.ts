import { setTimeout as sleep } from "node:timers/promises";
import { createAwsService } from "./aws/service.ts";
import { consistencySchema } from "./consistency.ts";
import { addContents } from "./contents.ts";
import { createControl } from "./control.ts";
import { createFaultQueue } from "./faults.ts";
import { createIssuer } from "./federation/issuer.ts";
import { createFederationService } from "./federation/service.ts";
import { createHolds } from "./holds.ts";
import { yandexId } from "./identifiers.ts";
import { listen } from "./listener.ts";
import type { LocalIam, LocalIamOptions } from "./localIam.ts";
import { createMetadataService } from "./metadata/service.ts";
import { createRateLimit } from "./rateLimit.ts";
import type { LoggedRequest } from "./requestLog.ts";
import { createS3Service } from "./s3/service.ts";
import { createState, type Subject } from "./state.ts";
import { createSteering } from "./steering.ts";
import { createOperations } from "./yandex/operations.ts";
import { createYandexService } from "./yandex/service.ts";

export type { AwsPolicy, AwsPolicyStatement } from "./aws/policy.ts";
export type { Consistency, KeyTrial } from "./consistency.ts";
export type { CredentialPatch, LocalCredential } from "./credentials.ts";
export type {
  BodyFault,
  DelayFault,
  DropFault,
  Fault,
  FaultMoment,
  FaultPlan,
  OmitFault,
  OperationFault,
  PauseFault,
  ReplaceFault,
  StatusFault,
} from "./faults.ts";
export type { OidcClaims } from "./federation/oidcClaims.ts";
export type { HeldRequest } from "./holds.ts";
export type {
  LocalIam,
  LocalIamEnvironment,
  LocalIamOptions,
  ServiceAccountKeyFile,
} from "./localIam.ts";
export type { PlantedKey } from "./plantedKey.ts";
export type { LoggedRequest } from "./requestLog.ts";
export type { AwsKeyStatus, FederatedCredential } from "./state.ts";
export type { RoleBinding, YandexRole } from "./yandex/roles.ts";

/**
 * Starts a server on 127.0.0.1 which stands in for Yandex Cloud IAM and Lockbox (REST), its token exchange for federated
 * workloads and its VMs' metadata service, AWS IAM, AWS STS, and an S3
 * endpoint that takes Yandex static and ephemeral access keys. It verifies tokens, JWTs and signatures as the services do,
 * keeps everything in memory, and lets whoever is authenticated do anything, unless `setRoles` or `setPolicy` has
 * given the caller some privileges only.
 *
 * @param options how it behaves
 * @returns the running server; `close` it
 * @example
 * const iam = await startLocalIam();
 * process.env = { ...process.env, ...iam.environment };
 * // … run a program against it …
 * await iam.close();
 */
export async function startLocalIam(options: LocalIamOptions = {}): Promise<LocalIam> {
  const { port = 0, now = () => new Date(), operationMs = 0, propagationMs = 0, latencyMs = 0 } = options;
  const consistency = consistencySchema.parse(options.consistency ?? {});
  const state = createState({ now, propagationMs, consistency, rsaKeyPool: options.rsaKeyPool });
  const operations = createOperations({ now, durationMs: operationMs });
  const faults = createFaultQueue();
  const holds = createHolds();
  const rateLimit = createRateLimit(now);
  const closing = new AbortController();
  const requests: LoggedRequest[] = [];

  const administrator: Subject = { kind: "userAccount", id: yandexId() };
  const adminToken = state.addIamToken(administrator);
  const adminUser = state.addUser("administrator");
  // Made as if long ago: `propagationMs` is about the keys that programs create.
  const adminKey = state.addAwsAccessKey(adminUser, new Date(0));
  const hidden = new Set([adminToken.id, adminKey.id]);
  const steering = createSteering({
    state,
    operations,
    faults,
    requests,
    administrator,
    adminUser,
    hidden,
  });

  if (options.contents !== undefined) addContents(state, options.contents);

  const issuer = createIssuer(now);
  const federation: Pick<LocalIam, "addFederatedCredential" | "oidcToken"> = {
    addFederatedCredential({ serviceAccountId, subject, audience, issuer = listener.url }) {
      if (!state.serviceAccounts.has(serviceAccountId)) {
        throw new Error(`There is no service account "${serviceAccountId}".`);
      }
      state.federatedCredentials.push({ serviceAccountId, subject, audience, issuer });
    },
    oidcToken: (claims) => issuer.sign({ issuer: listener.url, ...claims }),
  };

  const refuseFor = (ms: number): void => {
    listener.refuseConnections();
    sleep(ms, undefined, { signal: closing.signal }).then(listener.acceptConnections, () => {});
  };

  const listener = await listen({
    port,
    now,
    latencyMs,
    services: {
      yandex: createYandexService({
        state,
        operations,
        administrator,
        oauthToken: options.yandexPassportOauthToken,
        honoursIdempotencyKey: options.honoursIdempotencyKey ?? true,
      }),
      federation: createFederationService(state, issuer),
      metadata: createMetadataService(state, steering.serviceAccountId),
      aws: createAwsService(state),
      s3: createS3Service(state),
    },
    faults,
    holds,
    rateLimit,
    log: requests,
    control: createControl({ ...steering, ...federation, holds, refuseFor, limitRate: rateLimit.set }),
    settle: operations.settleDue,
  });

  return {
    ...steering,
    ...federation,
    url: listener.url,
    environment: {
      YC_ENDPOINT: listener.url,
      YC_TOKEN: adminToken.text,
      AWS_ENDPOINT_URL: listener.url,
      AWS_ACCESS_KEY_ID: adminKey.id,
      AWS_SECRET_ACCESS_KEY: adminKey.secret,
      AWS_REGION: "us-east-1",
    },
    held: () => holds.next(closing.signal),
    limitRate: rateLimit.set,
    refuseConnections: listener.refuseConnections,
    acceptConnections: listener.acceptConnections,
    async close() {
      closing.abort();
      await listener.close();
    },
  };
}
