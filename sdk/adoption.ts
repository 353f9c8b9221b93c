import type * as pulumi from "@pulumi/pulumi";

/** How an existing key becomes a resource's key. */
export interface AdoptArgs {
  /**
   * Takes over an existing key instead of making one, from somebody's hands or from another resource of the
   * stack. `id` is the key's id as the API lists it (on AWS the access key id). The key must belong to the
   * account that the resource names, and the resource must name one (otherwise INVALID_ARGUMENT). The run
   * changes what can be changed in place to match the program, and the preview says what.
   *
   * With its `secret` (the private key's PEM, the secret access key, the API key itself), the key is tried
   * and then treated like any other. Without it, the outputs that hold or need the secret are absent until
   * the first rotation makes a new key. The key's age counts from when it was made, and a rotation retires it
   * like any other. A run that fails does not delete it. The secret is never kept as an input. Once the key
   * is adopted, you can keep the argument or remove it. With another `id`, the resource takes over that key
   * and retires its own.
   */
  readonly adopt?:
    | pulumi.Input<{
        readonly id: pulumi.Input<string>;
        readonly secret?: pulumi.Input<string> | undefined;
      }>
    | undefined;
}
