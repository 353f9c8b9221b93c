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
 * "now": as far as this process can have changed them; "afresh": as far as anybody can have; "sinceStart": as they were when
 * it first looked.
 */
export type ListedWhen = "now" | "afresh" | "sinceStart";

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
  readonly #coming = new Map<string, Promise<Listing>>();

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The keys of the account, or of the caller where none is named. */
  get(collection: Collection, account: string | undefined, when: ListedWhen): Promise<Listing> {
    const place = `${collection.path} ${account ?? ""}`;
    const known = this.#known(when).get(place);
    if (known) return known;
    const list = this.#fetch(collection, account).then(listingOf);
    if (when === "afresh") this.#shareUntilRead(place, list);
    // What was read to look for lost keys is not what a later refresh goes by.
    if (when !== "sinceStart") share(this.#current, place, list);
    return share(this.#latest, place, list);
  }

  #known(when: ListedWhen): ReadonlyMap<string, Promise<Listing>> {
    if (when === "afresh") return this.#coming;
    return when === "now" ? this.#current : this.#latest;
  }

  /** Who asks at the same time gets the same answer. */
  #shareUntilRead(place: string, list: Promise<Listing>): void {
    this.#coming.set(place, list);
    const isRead = () => this.#coming.delete(place);
    list.then(isRead, isRead);
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
