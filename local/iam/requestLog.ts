/** One request that arrived, in order of arrival. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** "Key.create", "aws:CreateAccessKey", "s3:ListBuckets"; "unknown" where no operation fits. */
  readonly operation: string;
  /** The HTTP status of the answer; 0 while there is none, and for ever if the connection was cut without one. */
  readonly status: number;
  readonly idempotencyKey?: string;
  readonly clientRequestId?: string;
  readonly userAgent?: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** How many requests there were of each operation. */
export function requestCounts(requests: readonly LoggedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}
