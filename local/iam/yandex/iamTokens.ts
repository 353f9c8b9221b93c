import * as z from "zod";
import type { IamToken, Subject } from "../state.ts";
import {
  type AuthenticatedCall,
  characters,
  readBody,
  serviceAccountNotFound,
  type YandexCall,
} from "./call.ts";
import { subjectOfJwt } from "./jwt.ts";
import { nanosecondTimestamp } from "./protoJson.ts";
import { requireRole } from "./requireRole.ts";
import { invalidArgument, unauthenticated } from "./yandexError.ts";

const tokenTtlMs = 12 * 60 * 60 * 1000;

const createRequest = z.strictObject({ jwt: characters(8000), yandexPassportOauthToken: characters(4000) });
const createForServiceAccountRequest = z.strictObject({
  serviceAccountId: characters(50).refine((id) => id !== "", "Required."),
});
const revokeRequest = z.strictObject({
  iamToken: characters(4096).refine((text) => text !== "", "Required."),
});

/** IamToken.create */
export async function createIamToken(call: YandexCall): Promise<object> {
  const { jwt, yandexPassportOauthToken } = readBody(call, createRequest);
  if ((jwt === "") === (yandexPassportOauthToken === "")) {
    throw invalidArgument("Exactly one of jwt and yandexPassportOauthToken is needed");
  }
  const subject =
    jwt === "" ? subjectOfOauthToken(call, yandexPassportOauthToken) : await subjectOfJwt(call.state, jwt);
  return newToken(call, subject);
}

/** IamToken.createForServiceAccount */
export function createIamTokenForServiceAccount(call: AuthenticatedCall): object {
  const { serviceAccountId } = readBody(call, createForServiceAccountRequest);
  if (!call.state.serviceAccounts.has(serviceAccountId)) throw serviceAccountNotFound(serviceAccountId);
  requireRole(call, serviceAccountId);
  return newToken(call, { kind: "serviceAccount", id: serviceAccountId });
}

/** IamToken.revoke */
export function revokeIamToken(call: AuthenticatedCall): object {
  const { iamToken } = readBody(call, revokeRequest);
  const token = call.state.iamTokens.get(iamToken);
  if (!token) {
    throw invalidArgument("Invalid token", [{ field: "iamToken", description: "Not an IAM token." }]);
  }
  token.revoked = true;
  return { subjectId: token.subject.id };
}

function newToken({ state }: YandexCall, subject: Subject): object {
  const { text, expiresAt }: IamToken = state.addIamToken(subject, tokenTtlMs);
  return { iamToken: text, expiresAt: expiresAt && nanosecondTimestamp(expiresAt) };
}

function subjectOfOauthToken({ oauthToken, administrator }: YandexCall, token: string): Subject {
  if (token !== oauthToken) throw unauthenticated("The OAuth token is invalid");
  return administrator;
}
