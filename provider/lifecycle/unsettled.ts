/**
 * The output of a resource if it is unknown whether its first key was made. A key that carries its mark was handed out
 * to nobody.
 */
export const UNSETTLED = "unsettled";

/** The prefix of the id of a resource of one key in that case. */
const PREFIX = "unsettled:";

export function unsettledId(uuid: string): string {
  return `${PREFIX}${uuid}`;
}

export function isUnsettled(id: string): boolean {
  return id.startsWith(PREFIX);
}
