import * as z from "zod";
import type { Collection } from "../api/yandexCollection.ts";
import { areDistinct } from "../unknown.ts";
import { ageAtEnd, expiryProblems, newExpiry, sameMoment, wantedExpiry } from "./apiKeyExpiry.ts";
import { parseCreated } from "./created.ts";
import {
  description,
  duration,
  moment,
  rotation,
  serviceAccountId,
  tagDescription,
  timestamp,
} from "./fields.ts";
import { collectionAccess, type Kind, type Properties } from "./kind.ts";

export const API_KEYS: Collection = {
  service: "ApiKey",
  path: "/iam/v1/apiKeys",
  listedAs: "apiKeys",
  role: "iam.serviceAccounts.apiKeyAdmin",
};

const inputs = z.strictObject({
  serviceAccountId: serviceAccountId.optional(),
  description: description.optional(),
  tagDescription: tagDescription.optional(),
  scopes: z
    .array(z.string().min(1).max(256))
    .min(1)
    .max(100)
    .refine(areDistinct, { error: "must not name a scope twice" })
    .optional(),
  expiresAt: moment.optional(),
  expiresIn: duration.optional(),
  expiryMargin: duration.optional(),
  ...rotation,
});

/** https://yandex.cloud/en/docs/iam/api-ref/ApiKey/get: absent fields are those at their default value. */
const apiKey = z.object({
  id: z.string().min(1),
  serviceAccountId: z.string().optional(),
  createdAt: timestamp.optional(),
  description: z.string().default(""),
  scopes: z.array(z.string()).optional(),
  expiresAt: timestamp.optional(),
  maskedSecret: z.string().optional(),
  lastUsedAt: timestamp.optional(),
});

interface Outputs extends Properties {
  readonly serviceAccountId?: string;
  readonly createdAt?: string;
  readonly description?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
  readonly secret?: string;
}

type Inputs = z.infer<typeof inputs>;

const created = z.object({ apiKey, secret: z.string().min(1) });

/** An API key of a service account. https://yandex.cloud/en/docs/iam/api-ref/ApiKey/create */
export const yandexApiKey: Kind<Inputs, Outputs> = {
  type: "yandex:ApiKey",
  inputs,
  account: "serviceAccountId",
  defaults: { description: "", tagDescription: true, keepers: {} },
  chosenByApi: ["serviceAccountId", "scopes"],
  replaceOn: ["serviceAccountId", "keepers"],
  outputs: ["serviceAccountId", "createdAt", "description", "scopes", "expiresAt", "maskedSecret", "secret"],
  secretOutputs: ["secret"],
  shortcuts: ["secret"],
  idOutput: "keyId",
  isAdoptable: true,
  isRotatable: true,
  isForEsc: true,
  access: collectionAccess(API_KEYS),

  problems: expiryProblems,

  isSame(name, outputs, wanted) {
    if (name === "scopes") return sameElements(outputs.scopes, wanted.scopes);
    if (name !== "expiresAt") return false;
    // With an age the moment is decided when a key is made, and the outputs say when that was.
    const isUndecided = ageAtEnd(wanted) !== undefined && outputs.createdAt === undefined;
    return isUndecided || sameMoment(outputs.expiresAt, wantedExpiry(wanted, outputs));
  },

  lifetime: ageAtEnd,

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, input) {
    const { serviceAccountId: account, description: text, scopes } = input;
    const expiresAt = newExpiry(input, session.ports.now());
    const body = { serviceAccountId: account, description: text, scopes, expiresAt };
    const { json, mayBeTwice } = await session.yandex.create(API_KEYS, body);
    const { apiKey: made, secret } = parseCreated("ApiKey.create", created, ["apiKey", "id"], json);
    return { id: made.id, mayBeTwice, outputs: { ...publicOutputs(made), ...asked(input), secret } };
  },

  async list(session, { serviceAccountId: account }, when) {
    return session.yandex.list(API_KEYS, account as string | undefined, when);
  },

  async read(session, id, { serviceAccountId: account, expiresAt }) {
    const found = await session.yandex.read(API_KEYS, account, id, apiKey);
    if (!found) return undefined;
    // A moment can be written in many ways, so the program's own text stays.
    return {
      ...publicOutputs(found),
      expiresAt: sameMoment(found.expiresAt, expiresAt) ? expiresAt : found.expiresAt,
    };
  },

  async lastUse(session, id) {
    const at = (await session.yandex.get(API_KEYS, id, apiKey))?.lastUsedAt;
    return at === undefined ? undefined : { at };
  },

  async update(session, id, outputs, input) {
    const { description: text = "", scopes = outputs.scopes } = input;
    const expiresAt = wantedExpiry(input, outputs);
    const fields = {
      ...(text === (outputs.description ?? "") ? {} : { description: text }),
      ...(sameElements(scopes, outputs.scopes) ? {} : { scopes }),
      ...(sameMoment(expiresAt, outputs.expiresAt) ? {} : { expiresAt }),
    };
    if (Object.keys(fields).length > 0) await session.yandex.update(API_KEYS, id, fields);
    return { description: text, scopes, expiresAt };
  },

  async delete(session, id) {
    await session.yandex.delete(API_KEYS, id);
  },
};

/** What was asked for, as the program wrote it; a reply need not repeat it. */
function asked({ scopes, expiresAt }: Inputs): Properties {
  return { ...(scopes ? { scopes } : {}), ...(expiresAt ? { expiresAt } : {}) };
}

/** The outputs that do not change between reads. */
function publicOutputs({ id: _, lastUsedAt: __, ...outputs }: z.infer<typeof apiKey>) {
  return outputs;
}

function sameElements(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((element) => right.includes(element));
}
