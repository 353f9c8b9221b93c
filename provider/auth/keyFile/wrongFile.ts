import { OAUTH_TOKEN } from "../yandex/tokenShapes.ts";
import { fromBase64 } from "./decodedText.ts";

type Fields = Readonly<Record<string, unknown>>;

const OBJECTS: readonly (readonly [what: string, fits: (fields: Fields) => boolean])[] = [
  ["a key file of Google Cloud", ({ type, client_email }) => type === "service_account" || has(client_email)],
  ["the credentials of a user of Google Cloud", ({ type }) => type === "authorized_user"],
  ["the credentials of Azure", ({ tenantId, tenant }) => has(tenantId) || has(tenant)],
  [
    "an access key of AWS",
    ({ AccessKey, AccessKeyId, Credentials }) => has(AccessKey) || has(AccessKeyId) || has(Credentials),
  ],
  ["a static access key", ({ access_key, secret }) => has(access_key) && has(secret)],
  ["an API key", ({ api_key }) => has(api_key)],
  ["an IAM token", ({ iam_token }) => has(iam_token)],
];

const TEXTS: readonly (readonly [what: string, shape: RegExp])[] = [
  ["an SSH key", /-----BEGIN OPENSSH PRIVATE KEY-----/],
  ["a PEM alone", /-----BEGIN [A-Z ]+-----/],
  [
    "an access key of AWS",
    /^"?(User name|Access key ID)"?,|^[ \t]*aws_access_key_id[ \t]*=|^AKIA[A-Z0-9]{16}\b/im,
  ],
  ["an IAM token", /^t1\./],
  ["an OAuth token", OAUTH_TOKEN],
];

const has = (value: unknown) => value !== undefined && value !== null;

/** What an object is, that is not an authorized key; undefined if it is unknown. */
export function wrongObject(json: object): string | undefined {
  return OBJECTS.find(([, fits]) => fits(json as Fields))?.[0];
}

/** What a text is, that is not the JSON of an authorized key; undefined if it is unknown. */
export function wrongText(text: string): string | undefined {
  if (text === "") return "empty";
  const meant = fromBase64(text) ?? text;
  return TEXTS.find(([, shape]) => shape.test(meant))?.[0];
}
