import * as z from "zod";
import { policySchema } from "./aws/policy.ts";
import { consistencySchema } from "./consistency.ts";
import { credentialPatchSchema } from "./credentials.ts";
import { jsonReply, type ReceivedRequest, type Reply } from "./exchange.ts";
import { faultPlanSchema } from "./faults.ts";
import type { Holds } from "./holds.ts";
import type { LocalIam } from "./localIam.ts";
import { plantedKeySchema } from "./plantedKey.ts";
import { requestCounts } from "./requestLog.ts";
import { roleBindingsSchema } from "./yandex/roles.ts";

/** What the control routes steer: the same as a program in this process does. */
type Controlled = Pick<
  LocalIam,
  | "folderId"
  | "callerId"
  | "callerUserName"
  | "serviceAccountId"
  | "userName"
  | "keys"
  | "plantKey"
  | "patch"
  | "requests"
  | "fail"
  | "clearFaults"
  | "setConsistency"
  | "addServiceAccount"
  | "addUser"
  | "renameUser"
  | "addLockboxSecret"
  | "scheduleVersionDestruction"
  | "cancelVersionDestruction"
  | "addFederatedCredential"
  | "oidcToken"
  | "setRoles"
  | "setPolicy"
  | "limitRate"
> & {
  readonly holds: Holds;
  readonly refuseFor: (ms: number) => void;
};

const refusalRequest = z.strictObject({ forMs: z.number().nonnegative() });
const rateRequest = z.strictObject({ perSecond: z.number().positive().exactOptional() });
const releaseRequest = z.strictObject({ id: z.string() });
const patchRequest = z.strictObject({ id: z.string(), ...credentialPatchSchema.shape });
const namedRequest = z.strictObject({ name: z.string().optional() });
const userRequest = z.strictObject({ name: z.string() });
const renameRequest = z.strictObject({ name: z.string(), newName: z.string() });
const destructionRequest = z.strictObject({
  versionId: z.string(),
  pendingMs: z.number().nonnegative().exactOptional(),
});
const destructionCancellation = z.strictObject({ versionId: z.string() });
const federatedCredentialRequest = z.strictObject({
  serviceAccountId: z.string(),
  subject: z.string(),
  audience: z.string(),
  issuer: z.string().exactOptional(),
});
const oidcTokenRequest = z.strictObject({
  subject: z.string(),
  audience: z.string(),
  issuer: z.string().exactOptional(),
  ttlMs: z.number().exactOptional(),
  claims: z.record(z.string(), z.unknown()).exactOptional(),
});
const rolesRequest = z.strictObject({ subjectId: z.string(), roles: roleBindingsSchema });
const policyRequest = z.strictObject({ userName: z.string(), policy: policySchema });

/**
 * The routes under /_local/, by which other processes look at the server and steer it: the bodies are JSON, of the
 * shape of the arguments of the method that `LocalIam` has for the same: all of them in one object where there are
 * several, as in `PATCH keys` (`patch`). `POST keys` is `plantKey`; `DELETE versionDestructions` takes one back.
 * `GET held` answers as soon as a request is held; `POST refusal` refuses connections for so many milliseconds.
 */
export function createControl(iam: Controlled) {
  const routes: Readonly<Record<string, (body: unknown, gone: AbortSignal) => object | Promise<object>>> = {
    "GET /_local/keys": () => iam.keys(),
    "POST /_local/keys": async (body) => ({ id: await iam.plantKey(plantedKeySchema.parse(body)) }),
    "PATCH /_local/keys": (body) => {
      const { id, ...patch } = patchRequest.parse(body);
      iam.patch(id, patch);
      return {};
    },
    "GET /_local/identities": () => {
      const { folderId, callerId, callerUserName, serviceAccountId, userName } = iam;
      return { folderId, callerId, callerUserName, serviceAccountId, userName };
    },
    "GET /_local/requests": () => iam.requests,
    "GET /_local/requestCounts": () => requestCounts(iam.requests),
    "POST /_local/faults": (body) => {
      iam.fail(faultPlanSchema.parse(body));
      return {};
    },
    "DELETE /_local/faults": () => {
      iam.clearFaults();
      return {};
    },
    "POST /_local/consistency": (body) => {
      iam.setConsistency(consistencySchema.parse(body));
      return {};
    },
    "GET /_local/held": async (_body, gone) => {
      const { id, operation, pause } = await iam.holds.next(gone);
      return { id, operation, pause };
    },
    "POST /_local/release": (body) => {
      iam.holds.release(releaseRequest.parse(body).id);
      return {};
    },
    "POST /_local/refusal": (body) => {
      iam.refuseFor(refusalRequest.parse(body).forMs);
      return {};
    },
    "POST /_local/rate": (body) => {
      iam.limitRate(rateRequest.parse(body).perSecond);
      return {};
    },
    "POST /_local/serviceAccounts": (body) => ({
      id: iam.addServiceAccount(namedRequest.parse(body).name),
    }),
    "POST /_local/users": (body) => ({ userName: iam.addUser(userRequest.parse(body).name) }),
    "POST /_local/renamedUsers": (body) => {
      const { name, newName } = renameRequest.parse(body);
      iam.renameUser(name, newName);
      return {};
    },
    "POST /_local/lockboxSecrets": (body) => ({
      id: iam.addLockboxSecret(namedRequest.parse(body).name),
    }),
    "POST /_local/versionDestructions": (body) => {
      const { versionId, ...options } = destructionRequest.parse(body);
      iam.scheduleVersionDestruction(versionId, options);
      return {};
    },
    "DELETE /_local/versionDestructions": (body) => {
      iam.cancelVersionDestruction(destructionCancellation.parse(body).versionId);
      return {};
    },
    "POST /_local/federatedCredentials": (body) => {
      iam.addFederatedCredential(federatedCredentialRequest.parse(body));
      return {};
    },
    "POST /_local/oidcTokens": async (body) => ({
      token: await iam.oidcToken(oidcTokenRequest.parse(body)),
    }),
    "POST /_local/roles": (body) => {
      const { subjectId, roles } = rolesRequest.parse(body);
      iam.setRoles(subjectId, roles);
      return {};
    },
    "POST /_local/policies": (body) => {
      const { userName, policy } = policyRequest.parse(body);
      iam.setPolicy(userName, policy);
      return {};
    },
  };
  return async ({ method, path, body }: ReceivedRequest, gone: AbortSignal): Promise<Reply> => {
    const route = routes[`${method} ${path}`];
    if (!route) return jsonReply(404, { message: `No such control route: ${method} ${path}` });
    try {
      return jsonReply(200, await route(body.length > 0 ? JSON.parse(body.toString()) : {}, gone));
    } catch (error) {
      return jsonReply(400, { message: error instanceof Error ? error.message : String(error) });
    }
  };
}
