import type { AuthorizedKey } from "../authorizedKey.ts";

/** The authorized key that the caller signs with, which a key made in this run may succeed. */
export class OwnKey {
  #key: AuthorizedKey;
  #successor: AuthorizedKey | undefined;

  constructor(key: AuthorizedKey) {
    this.#key = key;
  }

  get key(): AuthorizedKey {
    return this.#key;
  }

  /** Remembers a new key that works, in case it is to succeed this one. */
  offerSuccessor(key: AuthorizedKey): void {
    if (key.service_account_id === this.#key.service_account_id) this.#successor = key;
  }

  /** Switches to the successor; false if there is none. */
  succeed(): boolean {
    if (!this.#successor || this.#successor.id === this.#key.id) return false;
    this.#key = this.#successor;
    return true;
  }
}
