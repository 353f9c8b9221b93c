/** How the id of a resource begins of which it is not known whether it has a key. */
const UNSETTLED = "unsettled:";

export function unsettledId(uuid: string): string {
  return `${UNSETTLED}${uuid}`;
}

export function isUnsettled(id: string): boolean {
  return id.startsWith(UNSETTLED);
}
