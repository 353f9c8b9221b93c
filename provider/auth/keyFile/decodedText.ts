/** The text of a file in whichever encoding a shell has written it: PowerShell's `>` writes UTF-16. */
export function decodedText(bytes: Buffer): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || second === 0) return bytes.toString("utf16le");
  if ((first === 0xfe && second === 0xff) || first === 0) {
    // The other half of an odd last byte is unknown.
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString("utf16le");
  }
  return bytes.toString("utf8");
}

/** The text without a byte order mark and the white space around it. */
export function withoutMark(text: string): string {
  return text.replace(/^\s*(?:\uFEFF|ï»¿)/, "").trim();
}

/** What a text is base64 of, if that is certain; undefined if it is not. */
export function fromBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_\s-]+={0,2}$/.test(text.trimEnd())) return undefined;
  const decoded = withoutMark(decodedText(Buffer.from(text, "base64")));
  // Almost every word is base64 of something; the meaning is certain where that begins as JSON or a PEM does.
  return /^["{]|-----BEGIN /.test(decoded) ? decoded : undefined;
}
