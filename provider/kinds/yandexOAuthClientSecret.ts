import * as z from "zod";
import type { Collection } from "../api/yandexCollection.ts";
import { parseCreated } from "./created.ts";
import { description, rotation, tagDescription, timestamp } from "./fields.ts";
import { collectionAccess, type Kind, type Properties } from "./kind.ts";

const SECRETS: Collection = {
  service: "OAuthClientSecret",
  path: "/iam/v1/oauthClientSecrets",
  listedAs: "oauthClientSecrets",
  account: { field: "oauthClientId", name: "OAuth client" },
  madeBy: "oauthClientSecretId",
};

const inputs = z.strictObject({
  oauthClientId: z.string().min(1).max(50),
  description: description.optional(),
  tagDescription: tagDescription.optional(),
  ...rotation,
});

/** https://yandex.cloud/en/docs/iam/api-ref/OAuthClientSecret/get: absent fields are those at their default value. */
const clientSecret = z.object({
  id: z.string().min(1),
  oauthClientId: z.string().optional(),
  description: z.string().default(""),
  maskedSecret: z.string().optional(),
  createdAt: timestamp.optional(),
});

interface Outputs extends Properties {
  readonly oauthClientId?: string;
  readonly description?: string;
  readonly secret?: string;
}

const created = z.object({ oauthClientSecret: clientSecret, secretValue: z.string().min(1) });

/** A secret of an OAuth client. https://yandex.cloud/en/docs/iam/api-ref/OAuthClientSecret/create */
export const yandexOAuthClientSecret: Kind<z.infer<typeof inputs>, Outputs> = {
  type: "yandex:OAuthClientSecret",
  inputs,
  account: "oauthClientId",
  defaults: { description: "", tagDescription: true, keepers: {} },
  chosenByApi: [],
  replaceOn: ["oauthClientId", "description", "tagDescription", "keepers"],
  outputs: ["oauthClientId", "createdAt", "description", "maskedSecret", "secret"],
  secretOutputs: ["secret"],
  shortcuts: ["secret"],
  idOutput: "keyId",
  isDescriptionFixed: true,
  isRotatable: true,
  access: collectionAccess(SECRETS, ["create", "get", "list", "delete"]),

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, { oauthClientId, description: text }) {
    const body = { oauthClientId, description: text };
    const { json, mayBeTwice } = await session.yandex.create(SECRETS, body);
    const idPath = ["oauthClientSecret", "id"];
    const reply = parseCreated("OAuthClientSecret.create", created, idPath, json);
    const { id, ...outputs } = reply.oauthClientSecret;
    return { id, mayBeTwice, outputs: { ...outputs, secret: reply.secretValue } };
  },

  async list(session, { oauthClientId }, when) {
    return session.yandex.list(SECRETS, oauthClientId as string | undefined, when);
  },

  async read(session, id, { oauthClientId, description: text }) {
    const found = await session.yandex.read(SECRETS, oauthClientId, id, clientSecret);
    if (!found) return undefined;
    const { id: _, ...outputs } = found;
    // The description cannot change: it has the tag of the name that its resource had then.
    return { ...outputs, ...(text === undefined ? {} : { description: text }) };
  },

  // Every input that can change replaces it.
  async update() {
    return {};
  },

  async delete(session, id) {
    await session.yandex.delete(SECRETS, id);
  },
};
