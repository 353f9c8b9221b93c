/** The host of a URL, with its port if it names one. Nothing else of a URL belongs in a message. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "the endpoint";
}
