import * as z from "zod";
import type { Collection } from "../api/yandexCollection.ts";
import { parseCreated } from "./created.ts";
import { description, rotation, serviceAccountId, tagDescription, timestamp, verify } from "./fields.ts";
import { type KeyFileParts, keyFileOf } from "./keyFile.ts";
import { collectionAccess, type Kind, type Properties } from "./kind.ts";

export const KEYS: Collection = {
  service: "Key",
  path: "/iam/v1/keys",
  listedAs: "keys",
  role: "iam.serviceAccounts.authorizedKeyAdmin",
};

const inputs = z.strictObject({
  serviceAccountId: serviceAccountId.optional(),
  description: description.optional(),
  tagDescription: tagDescription.optional(),
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
  account: "serviceAccountId",
  defaults: {
    description: "",
    tagDescription: true,
    format: "PEM_FILE",
    keyAlgorithm: "RSA_2048",
    keepers: {},
  },
  chosenByApi: ["serviceAccountId"],
  replaceOn: ["serviceAccountId", "format", "keyAlgorithm", "keepers"],
  outputs: [
    "serviceAccountId",
    "userAccountId",
    "createdAt",
    "description",
    "keyAlgorithm",
    "publicKey",
    "privateKey",
  ],
  secretOutputs: ["privateKey"],
  derived: { keyFile: { isSecret: true, of: (key) => keyFileOf(key as unknown as KeyFileParts) } },
  shortcuts: ["keyFile"],
  idOutput: "keyId",
  isAdoptable: true,
  isRotatable: true,
  isForEsc: true,
  access: collectionAccess(KEYS),

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, input) {
    const { serviceAccountId: account, description: text, format, keyAlgorithm = "RSA_2048" } = input;
    const body = { serviceAccountId: account, description: text, format, keyAlgorithm };
    const { json, mayBeTwice } = await session.yandex.create(KEYS, body);
    const { key: made, privateKey } = parseCreated("Key.create", created, ["key", "id"], json);
    return { id: made.id, mayBeTwice, outputs: { ...stableOutputs(made), privateKey } };
  },

  async verify(session, id, { serviceAccountId: account, privateKey }) {
    // The key of a user account cannot be exchanged for a token.
    if (account === undefined || privateKey === undefined)
      return { unclear: "it is not a service account's" };
    return session.yandex.trials.verifyAuthorizedKey({
      id,
      service_account_id: account,
      private_key: privateKey,
    });
  },

  async list(session, { serviceAccountId: account }, when) {
    return session.yandex.list(KEYS, account as string | undefined, when);
  },

  async read(session, id, { serviceAccountId: account }) {
    const found = await session.yandex.read(KEYS, account, id, key);
    return found && stableOutputs(found);
  },

  async lastUse(session, id) {
    const at = (await session.yandex.get(KEYS, id, key))?.lastUsedAt;
    return at === undefined ? undefined : { at };
  },

  async update(session, id, outputs, { description: wanted = "" }) {
    if (wanted !== (outputs.description ?? ""))
      await session.yandex.update(KEYS, id, { description: wanted });
    return { description: wanted };
  },

  async callerNeeds(session, id) {
    return session.yandex.caller.needsKey(id);
  },

  async delete(session, id) {
    await session.yandex.delete(KEYS, id);
  },
};

/** The outputs that do not change between reads. */
function stableOutputs({ id: _, lastUsedAt: __, ...outputs }: z.infer<typeof key>) {
  return outputs;
}
