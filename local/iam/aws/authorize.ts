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
  const resource = resourceOf(call, actionName);
  if (allows(policy, { userName: signer.userName, action, resource })) return;
  throw new AwsError(
    403,
    "AccessDenied",
    `User: ${arnOfName(call, signer.userName)} is not authorized to perform: ${action} on resource: ${resource}`,
  );
}

// After the service authorization reference: every action here is about a user, but ListUsers about no
// resource at all, for which only "*" will do.
function resourceOf(call: AwsCall, actionName: string): string {
  const { state, parameters, signer } = call;
  if (actionName === "ListUsers") return "*";
  const keyId = actionName === "GetAccessKeyLastUsed" ? parameters.get("AccessKeyId") : null;
  const owner = state.awsAccessKeys.get(keyId ?? "")?.userName;
  return arnOfName(call, owner ?? parameters.get("UserName") ?? signer.userName);
}

function arnOfName({ state }: AwsCall, name: string): string {
  return arnOf(state.users.get(name) ?? { path: "/", name });
}
