import * as pulumi from "@pulumi/pulumi";
import { Credential } from "./stub.ts";

/** A credential that holds two keys: the one to use, and the one before it until that is retired. */
export abstract class RotatingCredential<Key extends { readonly createdAt: string }> extends Credential {
  /** The key to use. The whole output is a Pulumi secret. */
  declare readonly current: pulumi.Output<Key>;
  /** The previous key, until it is retired. The whole output is a Pulumi secret. */
  declare readonly previous: pulumi.Output<Key | undefined>;
  /** When the current key was made, in RFC 3339. */
  readonly createdAt: pulumi.Output<string>;

  protected constructor(type: string, name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super(type, name, args, ["current", "previous"], ["current", "previous"], opts);
    // Mocks of a unit test may give no key.
    this.createdAt = pulumi.unsecret(
      this.current.apply((key?: Key) => key?.createdAt),
    ) as pulumi.Output<string>;
  }
}
