const LENGTH = 40;
const PREFIX = "YC";
const CHECKSUM_BYTES = 4;

/**
 * Why this is no secret of a static access key; undefined if it may be one. They are 30 bytes in base64url, and the
 * last four bytes are the CRC32-C of the others. One that does not begin like them is of another form, or time.
 * https://yandex.cloud/en/docs/security/operations/search-secrets#additional-validation
 */
export function staticSecretProblem(secret: string): string | undefined {
  if (!secret.startsWith(PREFIX)) return undefined;
  if (secret.length !== LENGTH) return `must be ${LENGTH} characters long, and has ${secret.length}`;
  if (!/^[\w-]+$/.test(secret)) return "has a character that no secret of a static key has";
  const bytes = Buffer.from(secret, "base64url");
  const own = bytes.subarray(0, -CHECKSUM_BYTES);
  if (bytes.readUInt32BE(own.length) === crc32c(own)) return undefined;
  return "is damaged: its checksum is that of another text";
}

/** The reversed polynomial of Castagnoli, which Node's own CRC-32 does not have. */
const POLYNOMIAL = 0x82f63b78;

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
