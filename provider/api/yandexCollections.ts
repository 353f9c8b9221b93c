/** A kind of key that the IAM API keeps as a collection of objects with ids. */
export interface Collection {
  /** The service's name in the API reference, for messages: "AccessKey". */
  readonly service: string;
  readonly path: string;
  /** The field of a list's reply that holds the objects. */
  readonly listedAs: string;
}

export const KEYS: Collection = { service: "Key", path: "/iam/v1/keys", listedAs: "keys" };
export const ACCESS_KEYS: Collection = {
  service: "AccessKey",
  path: "/iam/aws-compatibility/v1/accessKeys",
  listedAs: "accessKeys",
};
export const API_KEYS: Collection = { service: "ApiKey", path: "/iam/v1/apiKeys", listedAs: "apiKeys" };
