/** One use of a key. */
export interface KeyUse {
  readonly at: Date;
  /** As AWS names it. */
  readonly service?: string;
  /** The same. */
  readonly region?: string;
}

/** A use that a test makes up; at AWS, of S3. */
export const madeUpUse = (at: string): KeyUse => ({ at: new Date(at), service: "s3", region: "us-east-1" });

export type KeyUses = ReturnType<typeof createKeyUses>;

/** The uses of one key, of which its API may hear late. */
export function createKeyUses(now: () => Date) {
  let uses: { readonly use: KeyUse; readonly heardAt: number }[] = [];
  const isHeard = ({ heardAt }: { readonly heardAt: number }) => heardAt <= now().getTime();
  return {
    /** @param lateMs how long the API does not hear of it */
    add(use: KeyUse, lateMs = 0): void {
      const lastHeard = Math.max(uses.findLastIndex(isHeard), 0);
      uses = [...uses.slice(lastHeard), { use, heardAt: now().getTime() + lateMs }];
    },
    /** The last use. */
    last: (): KeyUse | undefined => uses.at(-1)?.use,
    /** The last use of which the API has heard. */
    lastHeard: (): KeyUse | undefined => uses.findLast(isHeard)?.use,
  };
}
