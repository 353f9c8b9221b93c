export { ApiKey, type ApiKeyArgs } from "./yandex/apiKey.ts";
export { EphemeralAccessKey, type EphemeralAccessKeyArgs } from "./yandex/ephemeralAccessKey.ts";
export { type GetIamTokenArgs, getIamToken } from "./yandex/getIamToken.ts";
export { IamToken, type IamTokenArgs } from "./yandex/iamToken.ts";
export { type ApiKeyOutputs, RotatingApiKey, type RotatingApiKeyArgs } from "./yandex/rotatingApiKey.ts";
export {
  RotatingServiceAccountKey,
  type RotatingServiceAccountKeyArgs,
  type ServiceAccountKeyOutputs,
} from "./yandex/rotatingServiceAccountKey.ts";
export {
  RotatingStaticAccessKey,
  type RotatingStaticAccessKeyArgs,
  type StaticAccessKeyOutputs,
} from "./yandex/rotatingStaticAccessKey.ts";
export { ServiceAccountKey, type ServiceAccountKeyArgs } from "./yandex/serviceAccountKey.ts";
export { StaticAccessKey, type StaticAccessKeyArgs } from "./yandex/staticAccessKey.ts";
