import { type DescribedKey, describedKey } from "../api/describedKey.ts";
import type { ListedKey, ListedWhen } from "../api/keyLists.ts";
import type { Properties } from "../kinds/kind.ts";
import { LONGEST_TRIAL_MS } from "../rotation/retirement.ts";
import { findKeys } from "./foundKeys.ts";
import type { OwnKeys } from "./ownKeys.ts";

/** The keys of the account that carry the resource's name and that this process does not know. */
interface UnknownKeys {
  /** The ids of those that are proven to be nobody's. */
  readonly lost: readonly string[];
  /** Those that may be somebody's: only a person can say. */
  readonly leftovers: readonly DescribedKey[];
}

export async function unknownKeys(own: OwnKeys, account: Properties, when: ListedWhen): Promise<UnknownKeys> {
  const { kind, session, owner, marks, tagNames } = own;
  const isKnown = (id: string) => owner.knows(id);
  if (!kind.list) {
    const others = (await kind.otherKeys?.(session, account, isKnown)) ?? [];
    return { lost: [], leftovers: others.filter(isUnused) };
  }
  if (!own.findable) return { lost: [], leftovers: [] };
  const { keys } = await kind.list(session, account, when);
  const isLost = marks.isLost.bind(marks);
  const { lost, leftovers } = findKeys(keys, { names: tagNames, isKnown, isLost });
  return {
    lost: lost.map(({ id }) => id),
    leftovers: leftovers.map((key) => described(own, key)),
  };
}

/** Whether the key was not used after the time in which the run that made it may have tried it. */
function isUnused({ createdAt, lastUsedAt }: DescribedKey): boolean {
  return lastUsedAt === undefined || Date.parse(lastUsedAt) - Date.parse(createdAt ?? "") <= LONGEST_TRIAL_MS;
}

/** Some APIs never say when a key was last used. There, an absent last use means nothing. */
function described({ kind }: OwnKeys, key: ListedKey): DescribedKey {
  return describedKey(kind.lastUse ? key : { ...key, lastUsedAt: "unknown" });
}
