import * as z from "zod";
import type { AwsUser, State } from "../state.ts";
import { element, textElement } from "../xml.ts";
import { AwsError, noSuchEntity } from "./awsError.ts";
import {
  type AwsCall,
  accountId,
  awsTimestamp,
  page,
  pagingFields,
  readParameters,
  userNameField,
} from "./call.ts";

const createUserParameters = z.object({ UserName: userNameField.max(64), Path: z.string().default("/") });
const getUserParameters = z.object({ UserName: userNameField.optional() });
const deleteUserParameters = z.object({ UserName: userNameField });
const updateUserParameters = z.object({
  UserName: userNameField,
  NewUserName: userNameField.max(64).optional(),
  NewPath: z
    .string()
    .max(512)
    .regex(/^\/([\x21-\x7e]+\/)?$/)
    .optional(),
});
const listUsersParameters = z.object(pagingFields);

export function createUser(call: AwsCall): string {
  const { UserName, Path } = readParameters(call, createUserParameters);
  requireFreeName(call.state, UserName);
  return element("User", ...fieldsOf(call.state.addUser(UserName, Path)));
}

export function getUser(call: AwsCall): string {
  const { UserName = call.signer.userName } = readParameters(call, getUserParameters);
  return element("User", ...fieldsOf(findUser(call.state, UserName)));
}

export function updateUser(call: AwsCall): string {
  const { UserName, NewUserName = UserName, NewPath } = readParameters(call, updateUserParameters);
  const user = findUser(call.state, UserName);
  if (NewUserName !== UserName) {
    requireFreeName(call.state, NewUserName);
    call.state.renameUser(user, NewUserName);
  }
  if (NewPath !== undefined) user.path = NewPath;
  return "";
}

export function deleteUser(call: AwsCall): string {
  const { name, userId } = findUser(call.state, readParameters(call, deleteUserParameters).UserName);
  if (call.state.awsAccessKeys.ownedBy(userId).length > 0) {
    throw new AwsError(409, "DeleteConflict", "Cannot delete entity, must delete access keys first.");
  }
  call.state.removeUser(name);
  return "";
}

export function listUsers(call: AwsCall): string {
  // A renamed user comes last in the map.
  const users = [...call.state.users.values()].sort((one, other) => one.sequence - other.sequence);
  const { items, marker } = page(users, readParameters(call, listUsersParameters));
  return [
    element("Users", ...items.map((user) => element("member", ...fieldsOf(user)))),
    textElement("IsTruncated", marker !== undefined),
    marker === undefined ? "" : textElement("Marker", marker),
  ].join("");
}

/** The user of that name, who has to exist. */
export function findUser(state: State, name: string): AwsUser {
  const user = state.users.get(name);
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

function requireFreeName(state: State, name: string): void {
  if (!state.users.has(name)) return;
  throw new AwsError(409, "EntityAlreadyExists", `User with name ${name} already exists.`);
}

/** The user's Amazon Resource Name. */
export const arnOf = ({ path, name }: Pick<AwsUser, "path" | "name">): string =>
  `arn:aws:iam::${accountId}:user${path}${name}`;

const fieldsOf = (user: AwsUser): string[] => [
  textElement("Path", user.path),
  textElement("UserName", user.name),
  textElement("UserId", user.userId),
  textElement("Arn", arnOf(user)),
  textElement("CreateDate", awsTimestamp(user.createdAt)),
];
