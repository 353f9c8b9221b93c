/** The key under which a specially encoded value names its kind, on the wire and in the state. */
export const signatureKey = "4dabf18193072939515e22adb298388d";

/** Marks an object as a secret: `value` holds it on the wire, `ciphertext` in the state. */
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
