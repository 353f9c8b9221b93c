import type { ListedKey } from "../../provider/api/keyLists.ts";
import type { Use } from "../apiView.ts";

/** An account whose keys are looked at. */
export interface Account {
  readonly cloud: "aws" | "yandex";
  /** The id of a service account, or the name of a user. */
  readonly id: string;
  /** How people call it; absent if that is not known. */
  readonly name?: string | undefined;
  /** Whether the command line names it: then it must be there. */
  readonly isNamed: boolean;
}

/** A key of an account, as its API lists it. */
export interface FoundKey {
  readonly id: string;
  /** "yandex:StaticAccessKey" */
  readonly type: string;
  readonly account: Account;
  /** Without the owner tag. */
  readonly description: string;
  /** "project/stack/name", as the tag says; absent if there is none. */
  readonly owner: string | undefined;
  /** Absent if keys of its kind have none. */
  readonly status: string | undefined;
  /** RFC 3339. */
  readonly createdAt: string | undefined;
  readonly use: Use;
  /** Whether the AWS user has another key, and so no room for one more. */
  readonly isOneOfTwo?: boolean;
  /** What else the list says; absent on AWS. */
  readonly listed?: ListedKey;
}

/** The account in words. */
export function accountText({ cloud, id, name }: Account): string {
  if (cloud === "aws") return `AWS user ${id}`;
  return name === undefined ? `service account ${id}` : `service account ${name} (${id})`;
}

/** The same order in every run: by cloud, account and kind. */
export function inOrder(keys: readonly FoundKey[]): FoundKey[] {
  const rank = ({ account, type, id }: FoundKey) => [account.cloud, account.name ?? "", account.id, type, id];
  return [...keys].sort((one, other) => compared(rank(one), rank(other)));
}

function compared(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at < 0) return 0;
  return (left[at] ?? "") < (right[at] ?? "") ? -1 : 1;
}
