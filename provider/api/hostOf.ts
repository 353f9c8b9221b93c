/** The host of a URL, with its port where it has one of its own: nothing else of a URL belongs into a message. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "the endpoint";
}
