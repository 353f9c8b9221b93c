import { createKeyUses } from "./keyUses.ts";
import { awsKeyOwnerOf } from "./owners.ts";
import type { State } from "./state.ts";
import type { Stored } from "./stored.ts";

const OWNED = [
  "serviceAccounts",
  "authorizedKeys",
  "staticAccessKeys",
  "apiKeys",
  "oauthClientSecrets",
  "ephemeralAccessKeys",
  "awsAccessKeys",
] as const;

/** In JSON: accounts, users, and their credentials with their secrets, but for the credentials in `hidden` (by id). */
export function contentsOf(state: State, hidden: ReadonlySet<string>): string {
  const shown = ({ id }: { readonly id: string }) => !hidden.has(id);
  const contents = {
    users: [...state.users.values()],
    iamTokens: [...state.iamTokens.values()].filter(shown),
    ...Object.fromEntries(OWNED.map((name) => [name, [...state[name].values()].filter(shown).map(asStored)])),
  };
  return JSON.stringify(contents, undefined, 2);
}

/** A key of AWS belongs to a user, which is written down elsewhere; how a key was used is no part of it. */
function asStored({ user, uses: _, firstUses: __, ...item }: Item): Item {
  return { ...item, ...(user ? { userName: user.name } : {}) };
}

// biome-ignore lint/suspicious/noExplicitAny: it is of as many types as there are collections
type Item = Record<string, any>;

/** Puts into a server what another one held. A user that there is already stays as it is. */
export function addContents(state: State, contents: string): void {
  const { users = [], iamTokens = [], ...owned }: Record<string, Item[]> = JSON.parse(contents, revived);
  const added = (item: Item) => ({ ...item, sequence: state.nextSequence() }) as Item & Stored;
  for (const user of users) if (!state.users.has(user.name)) state.users.set(user.name, added(user) as never);
  for (const token of iamTokens) state.iamTokens.set(token.text, added(token) as never);
  for (const name of OWNED) {
    for (const { userName, ...item } of owned[name] ?? []) {
      const user = userName === undefined ? undefined : awsKeyOwnerOf(state, userName);
      const key = { ...item, firstUses: [], uses: createKeyUses(state.now), user };
      state[name].add(added(key) as never);
    }
  }
}

/** Times are stored as dates. */
function revived(key: string, value: unknown): unknown {
  return typeof value === "string" && (key.endsWith("At") || key === "at") ? new Date(value) : value;
}
