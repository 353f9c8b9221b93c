import type { AwsUser, State, Subject } from "./state.ts";

/** The service account of that id; throws where there is none. */
export function serviceAccountOf(state: State, id: string): Subject {
  if (!state.serviceAccounts.has(id)) throw new Error(`There is no service account "${id}".`);
  return { kind: "serviceAccount", id };
}

/** The AWS user of that name; throws where there is none. */
export function awsUserOf(state: State, name: string): AwsUser {
  const user = state.users.get(name);
  if (!user) throw new Error(`There is no AWS user "${name}".`);
  return user;
}
