/** Somebody to whom a secret is encrypted, so that nothing but ciphertext gets into the state. */
export interface Recipient {
  /** Tells the recipient's key from others: as `gpg` prints it, the thumbprint of RFC 7638, or age's own text. */
  readonly fingerprint: string;
  /** The text, encrypted: an armored message of PGP or age, or a JWE in compact form. */
  encrypt(text: string): Promise<string>;
}
