/** The output that remembers the keys which a person is to decide about, so that every run names them. */
export const LEFTOVERS = "leftovers";

/** The output in which a refresh says that it saw keys which nobody ever got: the next run looks again, and deletes those. */
export const LOST = "lost";

/** A key that may be somebody's, as the state remembers it. */
export interface Leftover {
  readonly id: string;
  /** RFC 3339; absent where the API does not say. */
  readonly createdAt?: string | undefined;
}
