/**
 * What came of using a key once: it works; it is refused (a new key may take time to be known); or the
 * answer says nothing about the key, because what answered is not the service that takes it.
 */
export type Verification = "works" | "refused" | { readonly unclear: string };

/** The last use of a key, as far as the API knows. */
export interface LastUse {
  /** RFC 3339. */
  readonly at: string;
  /** By which service and where, for a reader; absent if the API does not say. */
  readonly by?: string | undefined;
}
