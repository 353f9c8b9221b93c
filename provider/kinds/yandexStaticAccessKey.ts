import { z } from "zod";
import { ACCESS_KEYS } from "../api/yandexIam.ts";
import { parseCreated } from "./created.ts";
import { description, keepers, serviceAccountId, timestamp } from "./fields.ts";
import type { Kind } from "./kind.ts";

const inputs = z.strictObject({
  serviceAccountId: serviceAccountId.optional(),
  description: description.optional(),
  keepers: keepers.optional(),
});

/** https://yandex.cloud/en/docs/iam/api-ref/AccessKey/get: absent fields are those at their default value. */
const accessKey = z.object({
  id: z.string().min(1),
  serviceAccountId: z.string().optional(),
  createdAt: timestamp.optional(),
  description: z.string().default(""),
  keyId: z.string().min(1),
});

const created = z.object({ accessKey, secret: z.string().min(1) });

/** A static, AWS-compatible key of a service account. https://yandex.cloud/en/docs/iam/api-ref/AccessKey/create */
export const yandexStaticAccessKey: Kind<z.infer<typeof inputs>, { description?: string }> = {
  type: "yandex:StaticAccessKey",
  inputs,
  defaults: { description: "", keepers: {} },
  replaceOn: ["serviceAccountId", "keepers"],
  secretOutputs: ["secretAccessKey"],

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, { keepers: _, ...body }) {
    const reply = await session.yandex.create(ACCESS_KEYS, body);
    const { accessKey: made, secret } = parseCreated("AccessKey.create", created, ["accessKey", "id"], reply);
    return { id: made.id, outputs: { ...publicOutputs(made), secretAccessKey: secret } };
  },

  async read(session, id) {
    const found = await session.yandex.get(ACCESS_KEYS, id, accessKey);
    return found && publicOutputs(found);
  },

  async update(session, id, outputs, { description: wanted = "" }) {
    if (wanted !== (outputs.description ?? ""))
      await session.yandex.updateDescription(ACCESS_KEYS, id, wanted);
    return { description: wanted };
  },

  async delete(session, id) {
    await session.yandex.delete(ACCESS_KEYS, id);
  },
};

function publicOutputs({ id: _, keyId, ...outputs }: z.infer<typeof accessKey>) {
  return { ...outputs, accessKeyId: keyId };
}
