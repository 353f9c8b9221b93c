import type * as pulumi from "@pulumi/pulumi";

/** What a consumer takes of a key for Object Storage or AWS: it is always the current one. */
export interface KeyPair {
  readonly accessKeyId: pulumi.Output<string>;
  readonly secretAccessKey: pulumi.Output<string>;
}
