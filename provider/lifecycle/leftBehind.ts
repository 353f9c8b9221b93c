import type { DescribedKey } from "../api/describedKey.ts";
import type { ListedWhen } from "../api/keyLists.ts";
import { messageOf } from "../errors.ts";
import type { Properties } from "../kinds/kind.ts";
import { LEFTOVERS, type Leftover, LOST } from "./leftovers.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { compact } from "./properties.ts";
import { unknownKeys } from "./unknownKeys.ts";
import { unlessListRefused } from "./unlessListRefused.ts";

/** The outputs that tell the next run of keys that were left behind. */
interface Noticed {
  readonly [LOST]: readonly string[] | undefined;
  readonly [LEFTOVERS]: readonly Leftover[] | undefined;
}

/** The keys that a create of this run made, and that no answer named: they carry the mark of that create. */
export async function lostNow(own: OwnKeys, account: Properties): Promise<readonly string[]> {
  return (await unknownKeys(own, account, "now")).lost;
}

/** What a refresh finds beside the keys of the resource. The next run deletes the lost keys, and names the leftovers. */
export async function noticed(own: OwnKeys, account: Properties): Promise<Noticed> {
  const found = await unlessListRefused(() => unknownKeys(own, account, "now"));
  warnOfLeftovers(own, found?.leftovers);
  return {
    [LOST]: found?.lost.length ? found.lost : undefined,
    [LEFTOVERS]: remembered(found?.leftovers),
  };
}

/** Names again the leftovers of an earlier run that still exist. */
export async function remind(own: OwnKeys, outputs: Properties): Promise<void> {
  const leftovers = (outputs[LEFTOVERS] as readonly Leftover[] | undefined)?.filter(
    ({ id }) => !own.owner.knows(id),
  );
  if (!leftovers?.length) return;
  const seen = await unknownKeys(own, outputs, "sinceStart").catch(() => undefined);
  const remembered = leftovers.map(({ id, createdAt }) => ({ id, words: `${id} (made ${createdAt})` }));
  warnOfLeftovers(own, seen?.leftovers ?? remembered);
}

/**
 * Deletes the keys that are proven to be nobody's, and names those that may be somebody's. Returns the outputs that
 * remember them. If the caller may not list keys, it says so and deletes nothing.
 */
export async function tidy(
  own: OwnKeys,
  account: Properties,
  when: ListedWhen = "sinceStart",
): Promise<Properties> {
  const found = await unlessListRefused(
    () => unknownKeys(own, account, when),
    (reason) => own.warn(`it is not known whether an interrupted run left keys behind: ${reason}`),
  );
  for (const id of await stillLost(own, found?.lost ?? [], account)) {
    await own.discard(id, account, "an interrupted run left it behind");
    own.warn(`key ${id}, which an interrupted run had made and nobody ever got, was deleted`);
  }
  warnOfLeftovers(own, found?.leftovers);
  return found ? { [LOST]: undefined, [LEFTOVERS]: remembered(found.leftovers) } : {};
}

/** Tidies up after a success. If that fails, the success stays, and another run tidies up. */
export async function tryTidy(own: OwnKeys, account: Properties, when?: ListedWhen): Promise<Properties> {
  try {
    return await tidy(own, account, when);
  } catch (error) {
    own.warn(`what an interrupted run may have left behind is still there: ${messageOf(error)}`);
    return {};
  }
}

/**
 * Deletes the key of the resource that a new one replaces, if nobody ever got that key: the account may have no room for
 * both. If it cannot be deleted now, it is deleted with its resource.
 */
export async function discardVain(own: OwnKeys): Promise<void> {
  const { inVain } = own.owner.predecessor ?? {};
  if (!inVain) return;
  try {
    await own.discard(inVain.id, inVain, "it was made in vain");
  } catch (error) {
    own.warn(`key ${inVain.id}, which was made in vain, is still there: ${messageOf(error)}`);
  }
}

/** Those that are still lost in a list of this moment: a run that was about to hand one out may have done so since. */
async function stillLost(
  own: OwnKeys,
  lost: readonly string[],
  account: Properties,
): Promise<readonly string[]> {
  if (lost.length === 0) return [];
  const now = await lostNow(own, account);
  return lost.filter((id) => now.includes(id));
}

function warnOfLeftovers(own: OwnKeys, leftovers: readonly Pick<DescribedKey, "id" | "words">[] = []): void {
  // If the engine has not said which key it replaces, that key is among them. The next run names the others.
  if (own.owner.isUnseen) return;
  // The engine says neither that it replaces a resource by order, nor which key that resource has.
  const stays = own.isInState
    ? "It stays"
    : "It stays, unless this run replaces its resource (--replace, taint)";
  for (const { id, words } of leftovers) {
    if (!own.owner.isNews(id)) continue;
    own.warn(
      own.findable
        ? `key ${words} carries its name, and is in no state that this run has seen. ${stays}. If nobody has it, \`iam-keys sweep\` deletes it`
        : `its user also has key ${words}, which belongs to no resource that this run has reached so far. ${stays}. If no resource, no other stack and no person has it, \`iam-keys sweep\` deletes it`,
    );
  }
}

function remembered(leftovers: readonly DescribedKey[] = []): readonly Leftover[] | undefined {
  return leftovers.length > 0
    ? leftovers.map(({ id, createdAt }) => compact({ id, createdAt }) as unknown as Leftover)
    : undefined;
}
