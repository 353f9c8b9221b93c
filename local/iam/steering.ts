import { randomBytes } from "node:crypto";
import { policySchema } from "./aws/policy.ts";
import { consistencySchema } from "./consistency.ts";
import { contentsOf } from "./contents.ts";
import { credentialPatchSchema, liveCredentials, patchById, removeById } from "./credentials.ts";
import type { FaultQueue } from "./faults.ts";
import { lockboxId } from "./identifiers.ts";
import type { LocalIam } from "./localIam.ts";
import { defaultPendingMs, statusOfVersion } from "./lockboxState.ts";
import { awsUserOf, serviceAccountOf } from "./owners.ts";
import { plantedKeySchema, plantKey } from "./plantedKey.ts";
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
  | "limitRate"
  | "refuseConnections"
  | "acceptConnections"
  | "close"
>;

/** Gives the means by which a program looks at the server and changes things behind everybody's back. */
export function createSteering(steered: Steered): Steering {
  const { state, operations, faults, requests, administrator, adminUser, hidden } = steered;

  const lockboxVersion = (id: string) => {
    operations.settleDue();
    const version = state.lockbox.versions.get(id);
    if (!version) throw new Error(`There is no version "${id}" of a Lockbox secret.`);
    return [version, statusOfVersion(version, state.now())] as const;
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
    renameUser(name, newName) {
      const user = awsUserOf(state, name);
      if (state.users.has(newName)) throw new Error(`There is an AWS user "${newName}" already.`);
      state.renameUser(user, newName);
    },
    addLockboxSecret: (name = "") =>
      state.lockbox.addSecret({ id: lockboxId(), folderId: state.folderId, name }).id,
    scheduleVersionDestruction(versionId, { pendingMs = defaultPendingMs } = {}) {
      const [version, status] = lockboxVersion(versionId);
      if (status === "DESTROYED") throw new Error(`The version "${versionId}" is destroyed.`);
      version.destroyAt = new Date(state.now().getTime() + pendingMs);
    },
    cancelVersionDestruction(versionId) {
      const [version, status] = lockboxVersion(versionId);
      if (status !== "SCHEDULED_FOR_DESTRUCTION") throw new Error(`The version "${versionId}" is ${status}.`);
      version.destroyAt = undefined;
    },
    setRoles(subjectId, roles) {
      if (subjectId !== administrator.id) serviceAccountOf(state, subjectId);
      state.roles.set(subjectId, roleBindingsSchema.parse(roles));
    },
    setPolicy(userName, policy) {
      state.policies.set(awsUserOf(state, userName).name, policySchema.parse(policy));
    },
    issueToken: (id, { ttlMs = twelveHoursMs } = {}) =>
      state.addIamToken(serviceAccountOf(state, id), ttlMs).text,
    async serviceAccountKeyFile(id) {
      const { key, privateKey } = await state.addAuthorizedKey(serviceAccountOf(state, id), "RSA_2048");
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
    async plantKey(key) {
      operations.settleDue();
      return plantKey(state, plantedKeySchema.parse(key));
    },
    remove(id) {
      operations.settleDue();
      if (!removeById(state, id)) throw new Error(`There is nothing of id "${id}" to remove.`);
    },
    patch(id, patch) {
      operations.settleDue();
      if (!patchById(state, id, credentialPatchSchema.parse(patch)))
        throw new Error(`There is nothing of id "${id}" to patch so.`);
    },
    contents() {
      operations.settleDue();
      return contentsOf(state, hidden);
    },
    secrets: () => [...state.issuedSecrets],

    fail: faults.add,
    clearFaults: faults.clear,
    setConsistency: (consistency) => state.setConsistency(consistencySchema.parse(consistency)),
  };
}
