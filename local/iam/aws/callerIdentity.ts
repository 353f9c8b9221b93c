import { textElement } from "../xml.ts";
import { type AwsCall, accountId } from "./call.ts";
import { arnOf, findUser } from "./users.ts";

/** sts:GetCallerIdentity */
export function getCallerIdentity({ state, signer }: AwsCall): string {
  const user = findUser(state, signer.userName);
  return [
    textElement("Arn", arnOf(user)),
    textElement("UserId", user.userId),
    textElement("Account", accountId),
  ].join("");
}
