import { AwsError } from "./awsError.ts";
import type { AwsCall } from "./call.ts";
import { allows } from "./policy.ts";
import { arnOf } from "./users.ts";

/** Refuses an IAM action which the policy of the signer does not allow. Without a policy the signer is an administrator. */
export function authorize(call: AwsCall, actionName: string): void {
  const { state, signer } = call;
  const policy = state.policies.get(signer.userName);
  if (!policy) return;
  const action = `iam:${actionName}`;
  const { userName } = signer;
  const denied = resourcesOf(call, actionName).find(
    (resource) => !allows(policy, { userName, action, resource }),
  );
  if (denied === undefined) return;
  throw new AwsError(
    403,
    "AccessDenied",
    `User: ${arnOfName(call, userName)} is not authorized to perform: ${action} on resource: ${denied}`,
  );
}

/** They are about no resource, for which only "*" will do. */
const ABOUT_NONE = new Set(["ListUsers", "GenerateCredentialReport", "GetCredentialReport"]);

// After the service authorization reference: every other action here is about a user, and UpdateUser about what the user
// is to become, too.
function resourcesOf(call: AwsCall, actionName: string): string[] {
  const { state, parameters, signer } = call;
  if (ABOUT_NONE.has(actionName)) return ["*"];
  const keyId = actionName === "GetAccessKeyLastUsed" ? parameters.get("AccessKeyId") : null;
  const owner = state.awsAccessKeys.get(keyId ?? "")?.user.name;
  const name = owner ?? parameters.get("UserName") ?? signer.userName;
  if (actionName !== "UpdateUser") return [arnOfName(call, name)];
  const path = parameters.get("NewPath") ?? state.users.get(name)?.path ?? "/";
  return [arnOfName(call, name), arnOf({ path, name: parameters.get("NewUserName") ?? name })];
}

function arnOfName({ state }: AwsCall, name: string): string {
  return arnOf(state.users.get(name) ?? { path: "/", name });
}
