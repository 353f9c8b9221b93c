import type { Collection } from "../../provider/api/yandexCollection.ts";
import { IamKeysError } from "../../provider/errors.ts";
import type { Session } from "../../provider/session.ts";
import type { Account } from "./foundKey.ts";
import type { Places } from "./options.ts";

/** https://yandex.cloud/en/docs/iam/api-ref/ServiceAccount/list */
const SERVICE_ACCOUNTS: Collection = {
  service: "ServiceAccount",
  path: "/iam/v1/serviceAccounts",
  listedAs: "serviceAccounts",
  role: "iam.auditor",
  account: { field: "folderId", name: "folder" },
};

/** The accounts that the command line names, each once, and why some cannot be seen. */
export async function accountsOf(
  session: Session,
  { folder = [], serviceAccount = [], aws, user = [] }: Places,
): Promise<{ accounts: readonly Account[]; problems: readonly string[] }> {
  const named = [
    ...serviceAccount.map((id): Account => ({ cloud: "yandex", id, isNamed: true })),
    ...user.map((id): Account => ({ cloud: "aws", id, isNamed: true })),
  ];
  const found = await Promise.all([
    ...folder.map((id) => seen(() => inFolder(session, id))),
    ...(aws ? [seen(() => usersOf(session))] : []),
  ]);
  const accounts = [...named, ...found.flatMap(({ accounts }) => accounts)];
  // If there are two, the last one stays: it has the name.
  const each = new Map(accounts.map((account) => [`${account.cloud} ${account.id}`, account]));
  return { accounts: [...each.values()], problems: found.flatMap(({ problems }) => problems) };
}

async function inFolder(session: Session, folder: string): Promise<Account[]> {
  const { keys } = await session.yandex.list(SERVICE_ACCOUNTS, folder, "now");
  return keys.map(({ id, name }) => ({
    cloud: "yandex",
    id,
    name: typeof name === "string" ? name : undefined,
    isNamed: false,
  }));
}

async function usersOf(session: Session): Promise<Account[]> {
  const names = await session.aws.listUserNames();
  return names.map((id) => ({ cloud: "aws", id, isNamed: false }));
}

async function seen(look: () => Promise<Account[]>): Promise<{ accounts: Account[]; problems: string[] }> {
  try {
    return { accounts: await look(), problems: [] };
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    return { accounts: [], problems: [error.message] };
  }
}
