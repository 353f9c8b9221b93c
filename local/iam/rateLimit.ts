/** How many requests a service takes in a second. */
export type RateLimit = ReturnType<typeof createRateLimit>;

/** A bucket of one second's requests for each service, refilled all the time. Without a limit until one is set. */
export function createRateLimit(now: () => Date) {
  const buckets = new Map<object, { left: number; at: number }>();
  let limit: number | undefined;
  return {
    set(perSecond?: number): void {
      limit = perSecond;
      buckets.clear();
    },
    /** Whether one more request to the service is one too many. */
    isTooFast(service: object): boolean {
      if (limit === undefined) return false;
      const at = now().getTime();
      const bucket = buckets.get(service) ?? { left: limit, at };
      const left = Math.min(limit, bucket.left + ((at - bucket.at) * limit) / 1000);
      buckets.set(service, { left: left < 1 ? left : left - 1, at });
      return left < 1;
    },
  };
}
