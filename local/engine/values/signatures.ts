/** Marks an object as a reference to another resource. */
export const resourceReferenceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

/** Marks an object as an output value, with its dependencies. */
export const outputValueSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What an unknown string looks like on the wire. */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Every text the SDK may send for a value that is not known yet. */
export const unknownValues: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  unknownString,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Kinds of value that this engine cannot carry, by their signature. */
export const unsupportedSignatures: ReadonlyMap<unknown, string> = new Map([
  ["c44067f5952c0a294b673a41bacd8c17", "assets"],
  ["0def7320c3a5731c473e5ecbe6d01bc7", "archives"],
]);
