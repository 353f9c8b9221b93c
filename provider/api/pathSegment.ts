/** An id as a part of a URL's path. Half a character, which a URL cannot hold, is in no id that there is. */
export function pathSegment(id: string): string {
  return encodeURIComponent(id.replaceAll(/\p{Surrogate}/gu, "\uFFFD"));
}
