/**
 * The output of a resource of whose first key nobody knows whether it was made: whatever carries its mark was handed
 * out to nobody.
 */
export const UNSETTLED = "unsettled";

/** How the id of a resource begins that is one key, while that is so. */
const PREFIX = "unsettled:";

export function unsettledId(uuid: string): string {
  return `${PREFIX}${uuid}`;
}

export function isUnsettled(id: string): boolean {
  return id.startsWith(PREFIX);
}
