/**
 * Shapes of credentials that a server's message might echo: PEM blocks, IAM tokens, JWTs and what stands
 * in an Authorization header, be it a token or a signature that is good for minutes.
 */
const CREDENTIAL_SHAPES = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\s|\\n)*[A-Za-z0-9+/=]{16}[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bt1\.[A-Za-z0-9_.=-]{8,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g,
  // What is shorter is a word: "has no bearer token".
  /\bBearer\s+[^\s"',;]{12,}/gi,
  /(?<=\bSignature=)[0-9a-f]{64}/g,
];

const callerSecrets = new Set<string>();

/** Makes every later error message leave this credential of the caller out. */
export function keepSecret(secret: string): void {
  // Shorter values would blank out ordinary words.
  if (secret.length >= 8) callerSecrets.add(secret);
}

/** The text with every known or recognisable credential replaced by "[secret]". */
export function redact(text: string): string {
  let safe = text;
  for (const secret of callerSecrets) safe = safe.replaceAll(secret, "[secret]");
  for (const shape of CREDENTIAL_SHAPES) safe = safe.replaceAll(shape, "[secret]");
  return safe;
}
