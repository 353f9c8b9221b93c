import { ROOT_USER } from "../../provider/api/awsCredentialReport.ts";
import type { ListedKey } from "../../provider/api/keyLists.ts";
import type { Use } from "../apiView.ts";

/** An account whose keys are looked at. */
export interface Account {
  readonly cloud: "aws" | "yandex";
  /** The id of a service account, the name of a user, or `ROOT_USER`. */
  readonly id: string;
  /** How people call it, for the root user the number of the AWS account; absent if that is not known. */
  readonly name?: string | undefined;
  /** Whether the command line names it: then it must be there. */
  readonly isNamed: boolean;
}

/** A key of an account, as its API lists it. */
export interface FoundKey {
  /** As the API has it. Only the numbers of the root user's keys are known: "root-key-1". */
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

/** Whether it is the root user of an AWS account, whose keys no list shows. */
export function isRoot({ cloud, id }: Account): boolean {
  return cloud === "aws" && id === ROOT_USER;
}

/** The account in words. */
export function accountText(account: Account): string {
  const { cloud, id, name } = account;
  if (isRoot(account)) return `root user of AWS account ${name}`;
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
