import { z } from "zod";
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
import { findUser } from "./users.ts";

const keysPerUser = 2;

const createParameters = z.object({ UserName: userNameField.optional() });
const listParameters = z.object({ UserName: userNameField.optional(), ...pagingFields });
const oneKeyParameters = z.object({ UserName: userNameField.optional(), AccessKeyId: accessKeyIdField });
const updateParameters = oneKeyParameters.extend({ Status: z.enum(["Active", "Inactive"]) });
const lastUsedParameters = z.object({ AccessKeyId: accessKeyIdField });

export function createAccessKey(call: AwsCall): string {
  const { UserName = call.signer.userName } = readParameters(call, createParameters);
  const { name } = findUser(call.state, UserName);
  if (call.state.awsAccessKeys.ownedBy(name).length >= keysPerUser) {
    throw new AwsError(409, "LimitExceeded", `Cannot exceed quota for AccessKeysPerUser: ${keysPerUser}`);
  }
  const key = call.state.addAwsAccessKey(name);
  return element("AccessKey", ...fieldsOf(key), textElement("SecretAccessKey", key.secret));
}

export function listAccessKeys(call: AwsCall): string {
  const { UserName = call.signer.userName, ...paging } = readParameters(call, listParameters);
  const { name } = findUser(call.state, UserName);
  const { items, marker } = page(call.state.awsAccessKeys.listedFor(name), paging);
  return [
    textElement("UserName", name),
    element("AccessKeyMetadata", ...items.map((key) => element("member", ...fieldsOf(key)))),
    textElement("IsTruncated", marker !== undefined),
    marker === undefined ? "" : textElement("Marker", marker),
  ].join("");
}

export function updateAccessKey(call: AwsCall): string {
  const { UserName, AccessKeyId, Status } = readParameters(call, updateParameters);
  findKey(call, AccessKeyId, UserName).status = Status;
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
  if (!key) throw keyNotFound(AccessKeyId);
  const lastUse = key.uses.lastHeard();
  return [
    textElement("UserName", key.userName),
    element(
      "AccessKeyLastUsed",
      lastUse ? textElement("LastUsedDate", awsTimestamp(lastUse.at)) : "",
      textElement("ServiceName", lastUse?.service ?? "N/A"),
      textElement("Region", lastUse?.region ?? "N/A"),
    ),
  ].join("");
}

function findKey({ state, signer }: AwsCall, accessKeyId: string, userName = signer.userName): AwsAccessKey {
  const { name } = findUser(state, userName);
  const key = state.awsAccessKeys.get(accessKeyId);
  if (key?.userName !== name) throw keyNotFound(accessKeyId);
  return key;
}

const keyNotFound = (id: string) => noSuchEntity(`The Access Key with id ${id} cannot be found.`);

const fieldsOf = ({ userName, id, status, createdAt }: AwsAccessKey): string[] => [
  textElement("UserName", userName),
  textElement("AccessKeyId", id),
  textElement("Status", status),
  textElement("CreateDate", awsTimestamp(createdAt)),
];
