import * as z from "zod";
import type { AwsAccessKey } from "../state.ts";
import { element, textElement } from "../xml.ts";
import { AwsError, noSuchEntity } from "./awsError.ts";
import {
  type AwsCall,
  accessKeyIdField,
  awsTimestamp,
  page,
  pagingFields,
  readParameters,
  userNameField,
} from "./call.ts";
import { arnOf, findUser } from "./users.ts";

/** The quota of AWS. */
export const keysPerUser = 2;

const createParameters = z.object({ UserName: userNameField.optional() });
const listParameters = z.object({ UserName: userNameField.optional(), ...pagingFields });
const oneKeyParameters = z.object({ UserName: userNameField.optional(), AccessKeyId: accessKeyIdField });
const updateParameters = oneKeyParameters.extend({ Status: z.enum(["Active", "Inactive"]) });
const lastUsedParameters = z.object({ AccessKeyId: accessKeyIdField });

export function createAccessKey(call: AwsCall): string {
  const { UserName = call.signer.userName } = readParameters(call, createParameters);
  const user = findUser(call.state, UserName);
  if (call.state.awsAccessKeys.ownedBy(user.userId).length >= keysPerUser) {
    throw new AwsError(409, "LimitExceeded", `Cannot exceed quota for AccessKeysPerUser: ${keysPerUser}`);
  }
  const key = call.state.addAwsAccessKey(user);
  return element("AccessKey", ...fieldsOf(key), textElement("SecretAccessKey", key.secret));
}

export function listAccessKeys(call: AwsCall): string {
  const { UserName = call.signer.userName, ...paging } = readParameters(call, listParameters);
  const { name, userId } = findUser(call.state, UserName);
  const { items, marker } = page(call.state.awsAccessKeys.listedFor(userId), paging);
  return [
    textElement("UserName", name),
    element("AccessKeyMetadata", ...items.map((key) => element("member", ...fieldsOf(key)))),
    textElement("IsTruncated", marker !== undefined),
    marker === undefined ? "" : textElement("Marker", marker),
  ].join("");
}

export function updateAccessKey(call: AwsCall): string {
  const { UserName, AccessKeyId, Status } = readParameters(call, updateParameters);
  const key = findKey(call, AccessKeyId, UserName);
  key.status = Status;
  key.changedAt = call.state.now();
  return "";
}

export function deleteAccessKey(call: AwsCall): string {
  const { UserName, AccessKeyId } = readParameters(call, oneKeyParameters);
  call.state.awsAccessKeys.delete(findKey(call, AccessKeyId, UserName).id);
  return "";
}

export function getAccessKeyLastUsed(call: AwsCall): string {
  const { AccessKeyId } = readParameters(call, lastUsedParameters);
  const key = call.state.awsAccessKeys.get(AccessKeyId);
  if (!key) throw unknownKeyDenied(call, AccessKeyId);
  const lastUse = key.uses.lastHeard();
  return [
    textElement("UserName", key.user.name),
    element(
      "AccessKeyLastUsed",
      lastUse ? textElement("LastUsedDate", awsTimestamp(lastUse.at)) : "",
      textElement("ServiceName", lastUse?.service ?? "N/A"),
      textElement("Region", lastUse?.region ?? "N/A"),
    ),
  ].join("");
}

function findKey({ state, signer }: AwsCall, accessKeyId: string, userName = signer.userName): AwsAccessKey {
  const user = findUser(state, userName);
  const key = state.awsAccessKeys.get(accessKeyId);
  if (key?.user !== user) throw keyNotFound(accessKeyId);
  return key;
}

const keyNotFound = (id: string) => noSuchEntity(`The Access Key with id ${id} cannot be found.`);

// GetAccessKeyLastUsed is not told whose key it is about, so AWS does not say which keys exist: its reference
// (API_GetAccessKeyLastUsed) names none but the common errors, and this is what AWS answers according to LocalStack's
// recorded tests (tests/aws/services/iam/test_iam_users.snapshot.json, February 2026). moto says NoSuchEntity.
const unknownKeyDenied = ({ state, signer }: AwsCall, id: string) =>
  new AwsError(
    403,
    "AccessDenied",
    `User: ${arnOf(findUser(state, signer.userName))} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${id}`,
  );

const fieldsOf = ({ user, id, status, createdAt }: AwsAccessKey): string[] => [
  textElement("UserName", user.name),
  textElement("AccessKeyId", id),
  textElement("Status", status),
  textElement("CreateDate", awsTimestamp(createdAt)),
];
