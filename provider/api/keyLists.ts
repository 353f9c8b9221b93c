import { share } from "./shared.ts";
import type { Collection } from "./yandexCollection.ts";

/** A key as a list of the API shows it; its kind knows what else is in it. */
export interface ListedKey {
  readonly id: string;
  readonly description: string;
  /** RFC 3339. */
  readonly createdAt?: string | undefined;
  readonly lastUsedAt?: string | undefined;
  readonly [field: string]: unknown;
}

/**
 * "now": as far as this process can have changed them; "sinceMade": as they were after it last made or changed one, whatever it
 * has deleted since; "sinceStart": as they were when it first looked.
 */
export type ListedWhen = "now" | "sinceMade" | "sinceStart";

/** The keys of an account. */
export interface Listing {
  readonly keys: readonly ListedKey[];
  readonly byId: ReadonlyMap<string, ListedKey>;
}

export function listingOf(keys: readonly ListedKey[]): Listing {
  return { keys, byId: new Map(keys.map((key) => [key.id, key])) };
}

type Fetch = (collection: Collection, account: string | undefined) => Promise<readonly ListedKey[]>;

/** The lists of keys that this process has read, for all who read at the same time or later on. */
export class KeyLists {
  readonly #fetch: Fetch;
  readonly #read: Readonly<Record<ListedWhen, Map<string, Promise<Listing>>>> = {
    now: new Map(),
    sinceMade: new Map(),
    sinceStart: new Map(),
  };

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The keys of the account, or of the caller if none is named. */
  get(collection: Collection, account: string | undefined, when: ListedWhen): Promise<Listing> {
    const place = `${collection.path} ${account ?? ""}`;
    const known = this.#read[when].get(place);
    if (known) return known;
    const list = this.#fetch(collection, account).then(listingOf);
    // What was read to look for lost keys is not what a later refresh goes by.
    if (when !== "sinceStart") {
      share(this.#read.now, place, list);
      share(this.#read.sinceMade, place, list);
    }
    return share(this.#read.sinceStart, place, list);
  }

  /** Makes or changes a key: a list that was begun before its end is not the current one. */
  async written<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      return await this.deleted(write);
    } finally {
      this.#read.sinceMade.clear();
    }
  }

  /** Deletes a key. */
  async deleted<Result>(remove: () => Promise<Result>): Promise<Result> {
    try {
      return await remove();
    } finally {
      this.#read.now.clear();
    }
  }
}
