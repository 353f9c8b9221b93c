export { IamToken, type IamTokenArgs } from "./yandex/iamToken.ts";
export { ServiceAccountKey, type ServiceAccountKeyArgs } from "./yandex/serviceAccountKey.ts";
export { StaticAccessKey, type StaticAccessKeyArgs } from "./yandex/staticAccessKey.ts";
