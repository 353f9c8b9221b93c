import { type EncryptTo, encryptTo, loadRecipient } from "./loadRecipient.ts";
import { prefixed, type Sink } from "./sink.ts";

/** The output that says for whom a key's secrets are encrypted. */
const RECIPIENT = "encryptedTo";

/** The state, where it holds nothing but what the recipient can read. */
export const encryption: Sink = {
  argument: "encryptTo",
  field: () => encryptTo,
  outputs: ({ secretOutputs }) => [...secretOutputs.map((name) => prefixed("encrypted", name)), RECIPIENT],

  async prepare({ ports }, to) {
    await loadRecipient(to as EncryptTo, ports.now());
  },

  async deliver({ secretOutputs }, { ports }, { outputs }, to) {
    const recipient = await loadRecipient(to as EncryptTo, ports.now());
    const encrypted = await Promise.all(
      secretOutputs.map(async (name) => [
        prefixed("encrypted", name),
        await recipient.encrypt(String(outputs[name])),
      ]),
    );
    return { ...Object.fromEntries(encrypted), [RECIPIENT]: recipient.fingerprint };
  },
};
