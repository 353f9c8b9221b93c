import type { State, Stored } from "./state.ts";

const OWNED = [
  "serviceAccounts",
  "authorizedKeys",
  "staticAccessKeys",
  "apiKeys",
  "ephemeralAccessKeys",
  "awsAccessKeys",
] as const;

/** In JSON: accounts, users, and their credentials with their secrets, but for the credentials in `hidden` (by id). */
export function contentsOf(state: State, hidden: ReadonlySet<string>): string {
  const shown = ({ id }: { readonly id: string }) => !hidden.has(id);
  const contents = {
    users: [...state.users.values()],
    iamTokens: [...state.iamTokens.values()].filter(shown),
    ...Object.fromEntries(OWNED.map((name) => [name, [...state[name].values()].filter(shown)])),
  };
  return JSON.stringify(contents, undefined, 2);
}

/** Puts into a server what another one held. A user that there is already stays as it is. */
export function addContents(state: State, contents: string): void {
  // biome-ignore lint/suspicious/noExplicitAny: it is what `contentsOf` wrote, of as many types as there are collections
  const { users, iamTokens, ...owned }: Record<string, any[]> = JSON.parse(contents, revived);
  const added = <T extends Stored>(item: T): T => ({ ...item, sequence: state.nextSequence() });
  for (const user of users ?? []) if (!state.users.has(user.name)) state.users.set(user.name, added(user));
  for (const token of iamTokens ?? []) state.iamTokens.set(token.text, added(token));
  for (const name of OWNED) for (const item of owned[name] ?? []) state[name].add(added(item));
}

/** Times are stored as dates. */
function revived(key: string, value: unknown): unknown {
  return typeof value === "string" && (key.endsWith("At") || key === "at") ? new Date(value) : value;
}
