import * as z from "zod";
import { parseReply } from "../api/http.ts";
import { METHOD_ROLES } from "../api/methodRoles.ts";
import { parseDuration } from "../rotation/duration.ts";
import { beforeExpiry } from "./beforeExpiry.ts";
import { duration, rotation, timestamp } from "./fields.ts";
import type { Kind, Properties } from "./kind.ts";

const DEFAULT_MIN_TTL = "1h";
const LONGEST_POLICY = 2048;
const SHORTEST_MS = 15 * 60 * 1000;
const LONGEST_MS = 8760 * 60 * 60 * 1000;

const policy = z.union([z.string(), z.record(z.string(), z.unknown())]).superRefine((value, context) => {
  const text = policyText(value);
  if ([...text].length > LONGEST_POLICY) {
    context.addIssue(`must be at most ${LONGEST_POLICY} characters of JSON, and has ${[...text].length}`);
  } else if (!isJsonObject(text)) {
    context.addIssue("must be a JSON object, as an object or as its text");
  }
});

const inputs = z.strictObject({
  subjectId: z.string().min(1).max(50).optional(),
  sessionName: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w+=,.@-]*$/, { error: "must consist only of letters, digits and _+=,.@-" }),
  policy: policy.optional(),
  duration: duration
    .refine((text) => isWithin(parseDuration(text), SHORTEST_MS, LONGEST_MS), {
      error: 'must be from "15m" to "8760h"',
    })
    .optional(),
  minTtl: duration.optional(),
  ...rotation,
});

/** https://yandex.cloud/en/docs/iam/api-ref/TemporaryAccessKey/createEphemeral */
const created = z.object({
  accessKeyId: z.string().min(1),
  secret: z.string().min(1),
  sessionToken: z.string().min(1),
  expiresAt: timestamp,
});

interface Outputs extends Properties {
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly expiresAt: string;
}

/**
 * A temporary, AWS-compatible key with a session token.
 * https://yandex.cloud/en/docs/iam/api-ref/TemporaryAccessKey/createEphemeral
 */
export const yandexEphemeralAccessKey: Kind<z.infer<typeof inputs>, Outputs> = {
  type: "yandex:EphemeralAccessKey",
  inputs,
  account: "subjectId",
  defaults: { minTtl: DEFAULT_MIN_TTL, keepers: {} },
  chosenByApi: [],
  replaceOn: ["subjectId", "sessionName", "policy", "duration", "keepers"],
  outputs: ["secretAccessKey", "sessionToken", "expiresAt"],
  secretOutputs: ["secretAccessKey", "sessionToken"],
  derived: { accessKeyId: { of: ({ id }) => id } },
  idOutput: "accessKeyId",
  access: {
    role: METHOD_ROLES.TemporaryAccessKey,
    service: "TemporaryAccessKey",
    methods: ["createEphemeral"],
    onlyFor: "another account than the caller's",
  },

  problems({ duration: life, minTtl = DEFAULT_MIN_TTL }) {
    const [lifeMs, minMs] = [parseDuration(life ?? ""), parseDuration(minTtl)];
    return lifeMs !== undefined && minMs !== undefined && minMs >= lifeMs
      ? [`minTtl (${minTtl}) must be shorter than duration (${life}), or every run would make a new key`]
      : [];
  },

  isSame(name, outputs, wanted) {
    return name === "policy" && policyText(outputs.policy) === policyText(wanted.policy);
  },

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, { subjectId, sessionName, policy: rules, duration: life }) {
    const lifeMs = life === undefined ? undefined : parseDuration(life);
    const reply = await session.yandex.createEphemeralAccessKey({
      subjectId,
      sessionName,
      ...(rules === undefined ? {} : { policy: policyText(rules) }),
      ...(lifeMs === undefined ? {} : { duration: `${lifeMs / 1000}s` }),
    });
    const { accessKeyId, secret, ...made } = parseReply("TemporaryAccessKey.createEphemeral", created, reply);
    return { id: accessKeyId, outputs: { ...made, secretAccessKey: secret } };
  },

  // The API shows no key of this kind, and deletes none: it ends by itself.
  async read(session, _id, { expiresAt }) {
    return Date.parse(expiresAt) <= session.ports.now() ? undefined : {};
  },

  async update() {
    return {};
  },

  async delete() {},

  renewal({ expiresAt }, { minTtl = DEFAULT_MIN_TTL }) {
    return beforeExpiry(expiresAt, minTtl);
  },
};

function policyText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isWithin(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}
