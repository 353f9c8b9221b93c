/** A key for a person to decide about. */
export interface DescribedKey {
  readonly id: string;
  /** RFC 3339; absent if the API does not say. */
  readonly createdAt: string | undefined;
  /** The same; absent if it never was used, "unknown" where the caller may not see it. */
  readonly lastUsedAt: string | undefined;
  /** By which service and where; absent if the API does not say. */
  readonly usedBy?: string | undefined;
  /** Absent if keys of its kind have none. */
  readonly status?: string | undefined;
  /** Its id, status, age and last use. */
  readonly words: string;
}

/** @param facts the key as the API shows it; `usedBy` is the service and the place, `status` if there is one */
export function describedKey(facts: {
  readonly id: string;
  readonly status?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly lastUsedAt?: string | undefined;
  readonly usedBy?: string | undefined;
}): DescribedKey {
  const { id, status, createdAt, lastUsedAt, usedBy } = facts;
  const words = [
    status,
    `made ${createdAt ?? "at an unknown time"}`,
    lastUsedAt === undefined
      ? "never used"
      : lastUsedAt === "unknown"
        ? "last use not known"
        : `last used ${lastUsedAt}${usedBy ? ` by ${usedBy}` : ""}`,
  ];
  return { id, createdAt, lastUsedAt, usedBy, status, words: `${id} (${words.filter(Boolean).join(", ")})` };
}
