import { type AwsUser, ROOT_USER, type State, type Subject } from "./state.ts";

/** The service account of that id; throws where there is none. */
export function serviceAccountOf(state: State, id: string): Subject {
  if (!state.serviceAccounts.has(id)) throw new Error(`There is no service account "${id}".`);
  return { kind: "serviceAccount", id };
}

/** The AWS user of that name, be it the root user; throws where there is none. */
export function awsKeyOwnerOf(state: State, name: string): AwsUser {
  return name === ROOT_USER ? state.rootUser : awsUserOf(state, name);
}

/** The AWS user of that name; throws where there is none. */
export function awsUserOf(state: State, name: string): AwsUser {
  const user = state.users.get(name);
  if (!user) throw new Error(`There is no AWS user "${name}".`);
  return user;
}
