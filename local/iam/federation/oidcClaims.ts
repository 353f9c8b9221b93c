/** What an OIDC token of the local issuer says. */
export interface OidcClaims {
  readonly subject: string;
  readonly audience: string;
  /** Absent: the address of the server, where the issuer's configuration and keys are. */
  readonly issuer?: string;
  /** Absent: an hour. */
  readonly ttlMs?: number;
  /** More claims, or others in the place of those that it has anyway. */
  readonly claims?: Readonly<Record<string, unknown>>;
}
