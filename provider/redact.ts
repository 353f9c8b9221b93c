import { type Spelling, START_LENGTH, spellingsOf } from "./secretSpellings.ts";

/**
 * Shapes of credentials that a server's message might echo: PEM blocks, JWTs, what stands in an Authorization header,
 * even a signature that is valid for minutes, and the forms that the clouds themselves give.
 * https://yandex.cloud/en/docs/security/operations/search-secrets
 */
const CREDENTIAL_SHAPES = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\s|\\n)*[A-Za-z0-9+/=]{16}[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bt1\.[A-Za-z0-9_.=-]{8,}/g,
  // A session token, a cookie and a refresh token.
  /\bs1\.[\w-]{80,}/g,
  /\b(?:c1|rt1)\.[\w-]+={0,2}\.[\w-]{40,}={0,2}/g,
  // An API key, a static key, an OAuth token, the secret of an OAuth client.
  /(?<![\w-])AQ(?:VN|W9)[\w-]{35,38}(?![\w-])/g,
  /(?<![\w-])YC[\w-]{38,48}(?![\w-])/g,
  /(?<![\w-])y[0-6]_[\w-]{55,199}(?![\w-])/g,
  /(?<![\w-])yccs__[0-9a-f]{64}_[0-9a-f]{8}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g,
  // What is shorter is a word: "has no bearer token".
  /\bBearer\s+[^\s"',;]{12,}/gi,
  /(?<=\bSignature=)[0-9a-f]{64}/g,
  // A session token of AWS, and a secret access key: 40 characters of base64 that are no path, word or digest in hex.
  /(?<![\w+/])(?:FwoG|IQoJ|AQoD)[A-Za-z0-9+/=]{60,}/g,
  /(?<![\w+/=-])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{40}(?![\w+/=-])/g,
];

/** A process that runs for months makes keys without end: those of the longest ago are forgotten. */
const MOST_SECRETS = 5_000;
/** Shorter values would blank out ordinary words. */
const SHORTEST_SECRET = 8;

/** The secrets, each with its spellings once somebody needs them: most runs print nothing that could hold one. */
const secrets = new Map<string, readonly Spelling[] | undefined>();
const unspelled = new Set<string>();
/** The spellings by the letters that begin them, so that a text is looked through once, however many there are. */
const starting = new Map<string, Set<Spelling>>();

/** In characters: of more, the expression is too large for the engine, or slow to make. */
const LONGEST = 510;

/** Makes every later message leave this credential out, in whatever way it is spelled there. */
export function keepSecret(secret: string): void {
  if (secret.length < SHORTEST_SECRET) return;
  if (!secrets.has(secret)) unspelled.add(secret);
  const spellings = secrets.get(secret);
  secrets.delete(secret);
  secrets.set(secret, spellings);
  const [oldest] = secrets.keys();
  if (secrets.size > MOST_SECRETS && oldest !== undefined) forget(oldest);
}

function spell(secret: string): void {
  const spellings = piecesOf(secret).flatMap(spellingsOf);
  secrets.set(secret, spellings);
  for (const spelling of spellings) {
    const same = starting.get(spelling.start) ?? new Set();
    starting.set(spelling.start, same.add(spelling));
  }
}

/** Pieces of whole groups of base64, so that each is known in that form, too. */
function piecesOf(secret: string): string[] {
  const pieces = Array.from({ length: Math.ceil(secret.length / LONGEST) }, (_, index) =>
    secret.slice(index * LONGEST, (index + 1) * LONGEST),
  );
  return pieces.filter(({ length }) => length >= SHORTEST_SECRET);
}

function forget(secret: string): void {
  for (const spelling of secrets.get(secret) ?? []) {
    const same = starting.get(spelling.start);
    same?.delete(spelling);
    if (same?.size === 0) starting.delete(spelling.start);
  }
  secrets.delete(secret);
  unspelled.delete(secret);
}

/** The outputs and fields of replies that hold a secret of a new key. */
const SECRET_FIELDS = [
  "iamToken",
  "privateKey",
  "secret",
  "secretAccessKey",
  "secretValue",
  "SecretAccessKey",
  "sessionToken",
];

/** Keeps the secrets of keys, wherever in the value they are; a reply may be nested deeper than calls can be. */
export function keepSecretsIn(value: unknown): void {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null) continue;
    for (const [name, inner] of Object.entries(next)) {
      if (typeof inner !== "string") waiting.push(inner);
      else if (SECRET_FIELDS.includes(name)) keepSecret(inner);
    }
  }
}

/** The text with every known or recognizable credential replaced by "[secret]". */
export function redact(text: string): string {
  let safe = "";
  let end = 0;
  for (const [from, to] of secretRanges(text)) {
    // One that overlaps with the one before goes with it.
    if (from > end || end === 0) safe += `${text.slice(end, from)}[secret]`;
    end = Math.max(end, to);
  }
  return safe + text.slice(end);
}

/** The places of credentials, from first to last. If two overlap, no rest of either may stay. */
function secretRanges(text: string): readonly (readonly [from: number, to: number])[] {
  const shapes = CREDENTIAL_SHAPES.flatMap((shape) =>
    [...text.matchAll(shape)].map(({ index, 0: { length } }) => [index, index + length] as const),
  );
  const known = [...spellingsIn(text)].flatMap(({ pattern }) => matches(text, pattern()));
  return [...shapes, ...known].sort(([one], [other]) => one - other);
}

/** All matches, those too that begin within another one. */
function matches(text: string, pattern: RegExp): (readonly [from: number, to: number])[] {
  const found: (readonly [number, number])[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    found.push([match.index, match.index + match[0].length]);
    pattern.lastIndex = match.index + 1;
  }
  return found;
}

/** Whether the text looks like a secret, or is a known one: it must not be quoted. */
export function looksSecret(text: string): boolean {
  return redact(text) !== text;
}

function spellingsIn(text: string): ReadonlySet<Spelling> {
  for (const secret of unspelled) spell(secret);
  unspelled.clear();
  const found = new Set<Spelling>(starting.get(""));
  for (let index = 0; index <= text.length - START_LENGTH; index++)
    for (const spelling of starting.get(text.slice(index, index + START_LENGTH)) ?? []) found.add(spelling);
  return found;
}
