import type { DescribedKey } from "../provider/api/describedKey.ts";
import { type ListedKey, type Listing, listingOf } from "../provider/api/keyLists.ts";
import type { LastUse } from "../provider/api/verification.ts";
import { IamKeysError, isNotFound } from "../provider/errors.ts";
import type { Kind, Properties } from "../provider/kinds/kind.ts";
import type { Session } from "../provider/session.ts";

/** What is known of the use of a key. */
export type Use =
  /** As the API says. If `last` is undefined, it knows of no use. */
  | { readonly known: true; readonly last: LastUse | undefined; readonly isGone: boolean }
  /** Why not; absent if the API does not keep it for keys of that kind. */
  | { readonly known: false; readonly why?: string | undefined };

/** A key as a search for keys sees it. */
export interface SeenKey {
  readonly id: string;
  readonly description: string;
  readonly createdAt: string | undefined;
  /** Absent if keys of its kind have none. */
  readonly status: string | undefined;
  readonly use: Use;
}

/** What the APIs say of keys. It asks for everything once, and does not repeat what failed. */
export class ApiView {
  readonly session: Session;
  readonly isOffline: boolean;
  readonly #lists = new Map<string, Promise<Listing | IamKeysError>>();
  readonly #uses = new Map<string, Promise<Use>>();

  constructor(session: Session, isOffline: boolean) {
    this.session = session;
    this.isOffline = isOffline;
  }

  /** When and by what the key was last used. */
  use(kind: Kind, id: string, outputs: Properties): Promise<Use> {
    const name = `${kind.type} ${id}`;
    const known = this.#uses.get(name) ?? this.#use(kind, id, outputs);
    this.#uses.set(name, known);
    return known;
  }

  /** The keys of the account, where they can be listed and an API may be asked. */
  async list(kind: Kind, account: Properties): Promise<Listing | undefined> {
    const listing = await this.#list(kind, account);
    return listing instanceof IamKeysError ? undefined : listing;
  }

  /**
   * The keys of the account, or why they cannot be seen. If keys of that kind carry no description, only those that no
   * resource holds.
   */
  async seenKeys(
    kind: Kind,
    account: Properties,
    isHeld: (id: string) => boolean,
  ): Promise<readonly SeenKey[] | IamKeysError> {
    const seen = await this.#seenKeys(kind, account, isHeld);
    // If the account is gone, so are all its keys.
    return isNotFound(seen) ? [] : seen;
  }

  async #seenKeys(
    kind: Kind,
    account: Properties,
    isHeld: (id: string) => boolean,
  ): Promise<readonly SeenKey[] | IamKeysError> {
    if (kind.list) {
      const listing = await this.#list(kind, account);
      return listing instanceof IamKeysError
        ? listing
        : (listing?.keys ?? []).map((key) => listedKey(kind, key));
    }
    const others = await outcomeOf(async () => (await kind.otherKeys?.(this.session, account, isHeld)) ?? []);
    return others instanceof IamKeysError ? others : others.map(otherKey);
  }

  /** What the work finds out, or undefined if it fails or no API may be asked. */
  async attempt<Result>(work: (() => Promise<Result>) | undefined): Promise<Result | undefined> {
    if (this.isOffline || !work) return undefined;
    const result = await outcomeOf(work);
    return result instanceof IamKeysError ? undefined : result;
  }

  async #use(kind: Kind, id: string, outputs: Properties): Promise<Use> {
    if (!kind.lastUse) return { known: false };
    if (this.isOffline) return { known: false, why: "The APIs were not asked for the last use (--offline)." };
    const listing = await this.#list(kind, outputs);
    if (listing instanceof IamKeysError) return { known: false, why: listing.message };
    const listed = listing?.keys.find((key) => key.id === id);
    if (listed) return { known: true, last: lastUse(listed.lastUsedAt), isGone: false };
    const use = await outcomeOf(async () => this.#useOfOne(kind, id, outputs));
    return use instanceof IamKeysError ? { known: false, why: use.message } : use;
  }

  /** For kinds without a list, and for a key that a list does not show yet. */
  async #useOfOne(kind: Kind, id: string, outputs: Properties): Promise<Use> {
    try {
      if (kind.list && !(await kind.read(this.session, id, outputs)))
        return { known: true, last: undefined, isGone: true };
      return { known: true, last: await kind.lastUse?.(this.session, id, outputs), isGone: false };
    } catch (error) {
      if (isNotFound(error)) return { known: true, last: undefined, isGone: true };
      throw error;
    }
  }

  async #list(kind: Kind, outputs: Properties): Promise<Listing | IamKeysError | undefined> {
    if (this.isOffline || !kind.list) return undefined;
    const name = `${kind.type} ${outputs[kind.account] ?? ""}`;
    const known =
      this.#lists.get(name) ??
      outcomeOf(async () => kind.list?.(this.session, outputs, "sinceStart") ?? listingOf([]));
    this.#lists.set(name, known);
    return known;
  }
}

function listedKey(kind: Kind, { id, description, createdAt, lastUsedAt }: ListedKey): SeenKey {
  const use: Use = kind.lastUse
    ? { known: true, last: lastUse(lastUsedAt), isGone: false }
    : { known: false };
  return { id, description, createdAt, status: undefined, use };
}

function otherKey({ id, createdAt, status, lastUsedAt, usedBy }: DescribedKey): SeenKey {
  const use: Use =
    lastUsedAt === "unknown"
      ? { known: false, why: `The last use of key ${id} cannot be seen.` }
      : {
          known: true,
          last: lastUsedAt === undefined ? undefined : { at: lastUsedAt, by: usedBy },
          isGone: false,
        };
  return { id, description: "", createdAt, status, use };
}

function lastUse(at: string | undefined): LastUse | undefined {
  return at === undefined ? undefined : { at };
}

async function outcomeOf<Result>(work: () => Promise<Result>): Promise<Result | IamKeysError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof IamKeysError) return error;
    throw error;
  }
}
