// Shorter ones would blot out ordinary words; the CLI draws the same line.
const shortest = 3;
// An object that is a secret as a whole has ids, dates and words in it, by which a warning names a key: in those, only
// a text that is long enough for a credential counts as one.
const shortestWithin = 32;
const remembered = new Set<string>();

/** Remembers the texts of a secret value, so that `maskSecrets` knows them wherever they turn up in this process. */
export function rememberSecret(value: unknown): void {
  remember(value, shortest);
}

function remember(value: unknown, least: number): void {
  if (typeof value === "string") {
    if (value.length < least) return;
    // A printed text comes line by line, or with its line ends escaped.
    for (const text of [...value.split(/\r?\n/), JSON.stringify(value).slice(1, -1)]) {
      if (text.trim().length >= shortest) remembered.add(text);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) remember(item, shortestWithin);
  }
}

/** The text of a program, a provider or a library with every known secret in it made unreadable. */
export function maskSecrets(text: string): string {
  const found = [...remembered].filter((secret) => text.includes(secret));
  // The longest first: one secret may be part of another.
  return found
    .sort((left, right) => right.length - left.length)
    .reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
}
