import { type CredentialReport, reportedUse } from "../../provider/api/awsCredentialReport.ts";
import type { DescribedKey } from "../../provider/api/describedKey.ts";
import type { ListedKey } from "../../provider/api/keyLists.ts";
import { IamKeysError, isNotFound } from "../../provider/errors.ts";
import { KIND_TYPES, loadKind } from "../../provider/kinds/index.ts";
import type { Kind } from "../../provider/kinds/kind.ts";
import { ownerInTag, withoutAnyTag } from "../../provider/lifecycle/ownerTag.ts";
import type { Session } from "../../provider/session.ts";
import { type Account, type FoundKey, inOrder } from "./foundKey.ts";

/** What there is to see. */
export interface Look {
  readonly keys: readonly FoundKey[];
  readonly problems: readonly string[];
}

/** How many accounts are looked at side by side. */
const SIDE_BY_SIDE = 8;

/**
 * The keys of the accounts, and why some of them cannot be seen.
 *
 * @param report the credential report of the AWS account, which spares a request for most keys
 * @param begun is told each account when it is its turn
 */
export async function keysOf(
  session: Session,
  accounts: readonly Account[],
  report: CredentialReport | undefined,
  begun: (account: Account, index: number) => void,
): Promise<Look> {
  const kinds = await kindsOfServiceAccounts();
  const keys: FoundKey[] = [];
  const problems = new Set<string>();
  const look = async (account: Account, list: () => Promise<FoundKey[]>) => {
    try {
      keys.push(...(await list()));
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      // If an account was deleted after it was listed, its keys are gone.
      if (account.isNamed || !isNotFound(error)) problems.add(error.message);
    }
  };
  const waiting = accounts.entries();
  const work = async () => {
    for (const [index, account] of waiting) {
      begun(account, index);
      if (account.cloud === "aws") await look(account, () => keysOfUser(session, account, report));
      else for (const kind of kinds) await look(account, () => keysOfAccount(session, account, kind));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return { keys: inOrder(keys), problems: [...problems].sort() };
}

async function kindsOfServiceAccounts(): Promise<Kind[]> {
  const kinds = await Promise.all(KIND_TYPES.map(loadKind));
  return kinds.filter(({ list, account }) => list && account === "serviceAccountId");
}

async function keysOfUser(
  session: Session,
  account: Account,
  report: CredentialReport | undefined,
): Promise<FoundKey[]> {
  const keys = await session.aws.keysOfUser(
    account.id,
    report && ((key, listed) => reportedUse(report, account.id, key, listed)),
  );
  return keys.map((key) => ({ ...ofUser(account, key), isOneOfTwo: keys.length > 1 }));
}

function ofUser(account: Account, { id, createdAt, status, lastUsedAt, usedBy }: DescribedKey): FoundKey {
  const use: FoundKey["use"] =
    lastUsedAt === "unknown"
      ? { known: false, why: `The last use of key ${id} cannot be seen.` }
      : {
          known: true,
          last: lastUsedAt === undefined ? undefined : { at: lastUsedAt, by: usedBy },
          isGone: false,
        };
  return { id, type: "aws:AccessKey", account, description: "", owner: undefined, status, createdAt, use };
}

async function keysOfAccount(session: Session, account: Account, kind: Kind): Promise<FoundKey[]> {
  const listing = await kind.list?.(session, { [kind.account]: account.id }, "now");
  return (listing?.keys ?? []).map((key) => ofAccount(account, kind, key));
}

function ofAccount(account: Account, { type, lastUse }: Kind, listed: ListedKey): FoundKey {
  const { id, description, createdAt, lastUsedAt } = listed;
  const last = lastUsedAt === undefined ? undefined : { at: lastUsedAt };
  return {
    id,
    type,
    account,
    description: withoutAnyTag(description),
    owner: ownerInTag(description),
    status: undefined,
    createdAt,
    use: lastUse ? { known: true, last, isGone: false } : { known: false },
    listed,
  };
}
