/** The output that remembers the keys that a person must decide about, so that every run names them. */
export const LEFTOVERS = "leftovers";

/** The output in which a refresh remembers keys that nobody ever got. The next run looks again, and deletes them. */
export const LOST = "lost";

/** A key that may be somebody's, as the state remembers it. */
export interface Leftover {
  readonly id: string;
  /** RFC 3339; absent if the API does not say. */
  readonly createdAt?: string | undefined;
}
