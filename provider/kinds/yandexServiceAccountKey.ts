import { z } from "zod";
import { KEYS } from "../api/yandexIam.ts";
import { parseCreated } from "./created.ts";
import { description, rotation, serviceAccountId, timestamp, verify } from "./fields.ts";
import type { Kind, Properties } from "./kind.ts";

const inputs = z.strictObject({
  serviceAccountId: serviceAccountId.optional(),
  description: description.optional(),
  format: z.enum(["PEM_FILE"]).optional(),
  keyAlgorithm: z.enum(["RSA_2048", "RSA_4096"]).optional(),
  ...rotation,
  verify: verify.optional(),
});

/** https://yandex.cloud/en/docs/iam/api-ref/Key/get: absent fields are those at their default value. */
const key = z.object({
  id: z.string().min(1),
  serviceAccountId: z.string().optional(),
  userAccountId: z.string().optional(),
  createdAt: timestamp.optional(),
  description: z.string().default(""),
  keyAlgorithm: z.string().optional(),
  publicKey: z.string().min(1),
  lastUsedAt: timestamp.optional(),
});

interface Outputs extends Properties {
  readonly serviceAccountId?: string;
  readonly description?: string;
  readonly privateKey?: string;
}

const created = z.object({ key, privateKey: z.string().min(1) });

/** An authorized RSA key of a service account. https://yandex.cloud/en/docs/iam/api-ref/Key/create */
export const yandexServiceAccountKey: Kind<z.infer<typeof inputs>, Outputs> = {
  type: "yandex:ServiceAccountKey",
  inputs,
  defaults: { description: "", format: "PEM_FILE", keyAlgorithm: "RSA_2048", keepers: {} },
  chosenByApi: ["serviceAccountId"],
  replaceOn: ["serviceAccountId", "format", "keyAlgorithm", "keepers"],
  secretOutputs: ["privateKey"],

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, { serviceAccountId: account, description: text, format, keyAlgorithm = "RSA_2048" }) {
    const body = { serviceAccountId: account, description: text, format, keyAlgorithm };
    const reply = await session.yandex.create(KEYS, body);
    const { key: made, privateKey } = parseCreated("Key.create", created, ["key", "id"], reply);
    return { id: made.id, outputs: { ...stableOutputs(made), privateKey } };
  },

  async verify(session, id, { serviceAccountId: account, privateKey }) {
    // The key of a user account cannot be exchanged for a token.
    if (account === undefined || privateKey === undefined)
      return { unclear: "it is not a service account's" };
    return session.yandex.verifyAuthorizedKey({ id, service_account_id: account, private_key: privateKey });
  },

  async read(session, id) {
    const found = await session.yandex.get(KEYS, id, key);
    return found && stableOutputs(found);
  },

  async lastUse(session, id) {
    const at = (await session.yandex.get(KEYS, id, key))?.lastUsedAt;
    return at === undefined ? undefined : { at };
  },

  async update(session, id, outputs, { description: wanted = "" }) {
    if (wanted !== (outputs.description ?? "")) await session.yandex.updateDescription(KEYS, id, wanted);
    return { description: wanted };
  },

  async callerNeeds(session, id) {
    return session.yandex.caller.needsKey(id);
  },

  async delete(session, id) {
    await session.yandex.delete(KEYS, id);
  },
};

/** What does not change from one reading to the next. */
function stableOutputs({ id: _, lastUsedAt: __, ...outputs }: z.infer<typeof key>) {
  return outputs;
}
