import * as z from "zod";
import { parseSafely } from "../../provider/parseSafely.ts";
import { looksSecret } from "../../provider/redact.ts";
import { Refusal } from "../http/refusal.ts";
import { requireModest } from "../http/requestLimits.ts";

/** A key that leaked: by its id, or by a text that has the key itself in it. */
export type Leak = { readonly id: string } | { readonly text: string };

const id = z
  .string()
  .regex(/^[\w-]{1,128}$/)
  .refine((text) => !looksSecret(text));
const WRONG_ID = "must be the id of a key, and never the key itself";

/** Any source: `{ "keyId": "…" }`. */
const plain = z.object({ keyId: z.unknown() });

/** https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program */
const github = z.array(z.object({ token: z.string().min(1), type: z.string() })).min(1);

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure */
const envelope = z.object({ type: z.string(), data: z.unknown() });

/** https://yandex.cloud/en/docs/audit-trails/audit/iam/events-ref/DetectLeakedCredential */
const yandex = z.object({ eventType: z.string().endsWith(".DetectLeakedCredential"), details: z.unknown() });

/** What the event of Yandex Cloud says of those credentials that have an id; of tokens and cookies it tells none. */
const yandexDetails = z.object({
  yandexCloudIamAccessKey: z.object({ keyId: id }).nullish(),
  yandexCloudIamApiKey: z.object({ keyId: id }).nullish(),
  yandexCloudIamKey: z.object({ keyId: id }).nullish(),
  yandexCloudIamOauthClientSecret: z.object({ secretId: id }).nullish(),
});

const FORMS =
  'The body must be {"keyId": "…"}, an event DetectLeakedCredential of Yandex Cloud or the array of GitHub\'s partner program, by itself or as "data" beside a "type".';

/** The keys that an event says have leaked. No error quotes what is in it. */
export function leaksIn(json: unknown): Leak[] {
  requireModest(json);
  const wrapped = parseSafely(envelope, json);
  const event = wrapped.issues ? json : wrapped.data.data;
  const tokens = parseSafely(github, event);
  if (!tokens.issues) return tokens.data.map(({ token }) => ({ text: token }));
  const detected = parseSafely(yandex, camelCased(event));
  if (!detected.issues) return leaksInDetails(detected.data.details);
  const named = parseSafely(plain, event);
  if (named.issues) throw new Refusal(400, FORMS);
  const keyId = parseSafely(id, named.data.keyId);
  if (keyId.issues) throw new Refusal(400, `keyId ${WRONG_ID}.`);
  return [{ id: keyId.data }];
}

function leaksInDetails(details: unknown): Leak[] {
  const parsed = parseSafely(yandexDetails, details);
  if (parsed.issues) {
    const names = parsed.issues.map(({ path }) => ["details", ...path].join("."));
    throw new Refusal(400, `${names.join(" and ")} ${WRONG_ID}.`);
  }
  const { yandexCloudIamOauthClientSecret: secret, ...keys } = parsed.data;
  const ids = [...Object.values(keys).map((key) => key?.keyId), secret?.secretId];
  return ids.filter((each) => each !== undefined).map((each) => ({ id: each }));
}

/** Audit Trails writes the names of its reference in snake_case: `event_type`, `yandex_cloud_iam_api_key`. */
function camelCased(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(inner),
    ]),
  );
}
