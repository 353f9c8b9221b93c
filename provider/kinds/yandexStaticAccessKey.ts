import * as z from "zod";
import type { Collection } from "../api/yandexCollection.ts";
import { parseCreated } from "./created.ts";
import { description, rotation, serviceAccountId, tagDescription, timestamp, verify } from "./fields.ts";
import { collectionAccess, type Kind, type Properties } from "./kind.ts";
import { staticSecretProblem } from "./staticKeySecret.ts";

export const ACCESS_KEYS: Collection = {
  service: "AccessKey",
  path: "/iam/aws-compatibility/v1/accessKeys",
  listedAs: "accessKeys",
  role: "iam.serviceAccounts.accessKeyAdmin",
};

const inputs = z.strictObject({
  serviceAccountId: serviceAccountId.optional(),
  description: description.optional(),
  tagDescription: tagDescription.optional(),
  ...rotation,
  verify: verify.optional(),
});

/** https://yandex.cloud/en/docs/iam/api-ref/AccessKey/get: absent fields are those at their default value. */
const accessKey = z.object({
  id: z.string().min(1),
  serviceAccountId: z.string().optional(),
  createdAt: timestamp.optional(),
  description: z.string().default(""),
  keyId: z.string().min(1),
  lastUsedAt: timestamp.optional(),
});

interface Outputs extends Properties {
  readonly serviceAccountId?: string;
  readonly description?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey?: string;
}

const created = z.object({ accessKey, secret: z.string().min(1) });

/** A static, AWS-compatible key of a service account. https://yandex.cloud/en/docs/iam/api-ref/AccessKey/create */
export const yandexStaticAccessKey: Kind<z.infer<typeof inputs>, Outputs> = {
  type: "yandex:StaticAccessKey",
  inputs,
  account: "serviceAccountId",
  defaults: { description: "", tagDescription: true, keepers: {} },
  chosenByApi: ["serviceAccountId"],
  replaceOn: ["serviceAccountId", "keepers"],
  outputs: ["serviceAccountId", "createdAt", "description", "accessKeyId", "secretAccessKey"],
  secretOutputs: ["secretAccessKey"],
  shortcuts: ["accessKeyId", "secretAccessKey"],
  idOutput: "accessKeyId",
  isAdoptable: true,
  isRotatable: true,
  isForEsc: true,
  access: collectionAccess(ACCESS_KEYS),

  secretProblem: staticSecretProblem,

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, { serviceAccountId: account, description: text }) {
    const body = { serviceAccountId: account, description: text };
    const { json, mayBeTwice } = await session.yandex.create(ACCESS_KEYS, body);
    const { accessKey: made, secret } = parseCreated("AccessKey.create", created, ["accessKey", "id"], json);
    return { id: made.id, mayBeTwice, outputs: { ...publicOutputs(made), secretAccessKey: secret } };
  },

  async verify(session, _id, { accessKeyId, secretAccessKey }) {
    if (secretAccessKey === undefined) return { unclear: "its secret is not known" };
    return session.yandex.trials.verifyAccessKey(accessKeyId, secretAccessKey);
  },

  async list(session, { serviceAccountId: account }, when) {
    return session.yandex.list(ACCESS_KEYS, account as string | undefined, when);
  },

  async read(session, id, { serviceAccountId: account }) {
    const found = await session.yandex.read(ACCESS_KEYS, account, id, accessKey);
    return found && publicOutputs(found);
  },

  async lastUse(session, id) {
    const at = (await session.yandex.get(ACCESS_KEYS, id, accessKey))?.lastUsedAt;
    return at === undefined ? undefined : { at };
  },

  async update(session, id, outputs, { description: wanted = "" }) {
    if (wanted !== (outputs.description ?? ""))
      await session.yandex.update(ACCESS_KEYS, id, { description: wanted });
    return { description: wanted };
  },

  async delete(session, id) {
    await session.yandex.delete(ACCESS_KEYS, id);
  },
};

/** The outputs that do not change between reads. */
function publicOutputs({ id: _, lastUsedAt: __, keyId, ...outputs }: z.infer<typeof accessKey>) {
  return { ...outputs, accessKeyId: keyId };
}
