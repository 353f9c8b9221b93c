import { randomBytes } from "node:crypto";
import { policySchema } from "./aws/policy.ts";
import { contentsOf } from "./contents.ts";
import { liveCredentials, patchById, removeById } from "./credentials.ts";
import type { FaultQueue } from "./faults.ts";
import { lockboxId } from "./identifiers.ts";
import type { LocalIam } from "./localIam.ts";
import type { LoggedRequest } from "./requestLog.ts";
import type { AwsUser, State, Subject } from "./state.ts";
import type { Operations } from "./yandex/operations.ts";
import { roleBindingsSchema } from "./yandex/roles.ts";

const twelveHoursMs = 12 * 60 * 60 * 1000;

/** What is steered. */
export interface Steered {
  readonly state: State;
  readonly operations: Operations;
  readonly faults: FaultQueue;
  readonly requests: readonly LoggedRequest[];
  readonly administrator: Subject;
  readonly adminUser: AwsUser;
  /** The ids of the credentials which `keys` does not list. */
  readonly hidden: ReadonlySet<string>;
}

/** As much of the server's object as needs no address. */
export type Steering = Omit<
  LocalIam,
  | "url"
  | "environment"
  | "addFederatedCredential"
  | "oidcToken"
  | "held"
  | "refuseConnections"
  | "acceptConnections"
  | "close"
>;

/** Gives the means by which a program looks at the server and changes things behind everybody's back. */
export function createSteering(steered: Steered): Steering {
  const { state, operations, faults, requests, administrator, adminUser, hidden } = steered;

  const serviceAccount = (id: string): Subject => {
    if (!state.serviceAccounts.has(id)) throw new Error(`There is no service account "${id}".`);
    return { kind: "serviceAccount", id };
  };

  return {
    folderId: state.folderId,
    callerId: administrator.id,
    callerUserName: adminUser.name,
    serviceAccountId: state.addServiceAccount(state.folderId, "quickstart").id,
    userName: state.addUser("quickstart").name,
    requests,

    addServiceAccount: (name = `account-${randomBytes(4).toString("hex")}`) =>
      state.addServiceAccount(state.folderId, name).id,
    addUser(name) {
      if (state.users.has(name)) throw new Error(`There is an AWS user "${name}" already.`);
      return state.addUser(name).name;
    },
    addLockboxSecret: (name = "") =>
      state.lockbox.addSecret({ id: lockboxId(), folderId: state.folderId, name }).id,
    setRoles(subjectId, roles) {
      if (subjectId !== administrator.id) serviceAccount(subjectId);
      state.roles.set(subjectId, roleBindingsSchema.parse(roles));
    },
    setPolicy(userName, policy) {
      if (!state.users.has(userName)) throw new Error(`There is no AWS user "${userName}".`);
      state.policies.set(userName, policySchema.parse(policy));
    },
    issueToken: (id, { ttlMs = twelveHoursMs } = {}) => state.addIamToken(serviceAccount(id), ttlMs).text,
    async serviceAccountKeyFile(id) {
      const { key, privateKey } = await state.addAuthorizedKey(serviceAccount(id), "RSA_2048");
      return {
        id: key.id,
        service_account_id: id,
        created_at: key.createdAt.toISOString(),
        key_algorithm: key.keyAlgorithm,
        public_key: key.publicKey,
        private_key: privateKey,
      };
    },

    keys() {
      operations.settleDue();
      return liveCredentials(state, hidden);
    },
    remove(id) {
      operations.settleDue();
      if (!removeById(state, id)) throw new Error(`There is nothing of id "${id}" to remove.`);
    },
    patch(id, patch) {
      operations.settleDue();
      if (!patchById(state, id, patch)) throw new Error(`There is nothing of id "${id}" to patch so.`);
    },
    contents() {
      operations.settleDue();
      return contentsOf(state, hidden);
    },
    secrets: () => [...state.issuedSecrets],

    fail: faults.add,
    clearFaults: faults.clear,
  };
}
