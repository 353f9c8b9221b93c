import { z } from "zod";
import { KEYS } from "../api/yandexIam.ts";
import { parseCreated } from "./created.ts";
import { description, keepers, serviceAccountId, timestamp } from "./fields.ts";
import type { Kind } from "./kind.ts";

const inputs = z.strictObject({
  serviceAccountId: serviceAccountId.optional(),
  description: description.optional(),
  format: z.enum(["PEM_FILE"]).optional(),
  keyAlgorithm: z.enum(["RSA_2048", "RSA_4096"]).optional(),
  keepers: keepers.optional(),
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
});

const created = z.object({ key, privateKey: z.string().min(1) });

/** An authorized RSA key of a service account. https://yandex.cloud/en/docs/iam/api-ref/Key/create */
export const yandexServiceAccountKey: Kind<z.infer<typeof inputs>, { description?: string }> = {
  type: "yandex:ServiceAccountKey",
  inputs,
  defaults: { description: "", format: "PEM_FILE", keyAlgorithm: "RSA_2048", keepers: {} },
  replaceOn: ["serviceAccountId", "format", "keyAlgorithm", "keepers"],
  secretOutputs: ["privateKey"],

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, { keepers: _, ...body }) {
    const reply = await session.yandex.create(KEYS, {
      ...body,
      keyAlgorithm: body.keyAlgorithm ?? "RSA_2048",
    });
    const { key: made, privateKey } = parseCreated("Key.create", created, ["key", "id"], reply);
    const { id, ...outputs } = made;
    return { id, outputs: { ...outputs, privateKey } };
  },

  async read(session, id) {
    const found = await session.yandex.get(KEYS, id, key);
    return found && withoutId(found);
  },

  async update(session, id, outputs, { description: wanted = "" }) {
    if (wanted !== (outputs.description ?? "")) await session.yandex.updateDescription(KEYS, id, wanted);
    return { description: wanted };
  },

  async delete(session, id) {
    await session.yandex.delete(KEYS, id);
  },
};

function withoutId({ id: _, ...outputs }: z.infer<typeof key>) {
  return outputs;
}
