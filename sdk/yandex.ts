export { IamToken, type IamTokenArgs } from "./yandex/iamToken.ts";
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
