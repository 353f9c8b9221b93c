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

/** "now": as far as this process can have changed them; "sinceStart": as they were when it first looked. */
export type ListedWhen = "now" | "sinceStart";

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
  readonly #current = new Map<string, Promise<Listing>>();
  readonly #latest = new Map<string, Promise<Listing>>();

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The keys of the account, or of the caller if none is named. */
  get(collection: Collection, account: string | undefined, when: ListedWhen): Promise<Listing> {
    const place = `${collection.path} ${account ?? ""}`;
    const known = (when === "now" ? this.#current : this.#latest).get(place);
    if (known) return known;
    const list = this.#fetch(collection, account).then(listingOf);
    // What was read to look for lost keys is not what a later refresh goes by.
    if (when === "now") share(this.#current, place, list);
    return share(this.#latest, place, list);
  }

  /** Carries out a write: a list that was begun before its end is not the current one. */
  async written<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } finally {
      this.#current.clear();
    }
  }
}
