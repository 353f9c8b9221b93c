import type * as pulumi from "@pulumi/pulumi";

/** How a key that exists becomes a resource's. */
export interface AdoptArgs {
  /**
   * Takes over a key that exists instead of making one, by its `id` as the API lists it (on AWS the access key id), from
   * somebody's hands or from another resource of the stack. It must belong to the account that the resource names
   * (INVALID_ARGUMENT else), which has to be named then. What can be changed in place is brought in line with the
   * program; the preview says what.
   *
   * With its `secret` (the private key's PEM, the secret access key, the API key itself) the key is tried and then
   * as any other. Without it the outputs that hold or need the secret are absent until the first rotation brings a new
   * key. Its age counts from when it was made, and when it is rotated it is retired like any other; a run that
   * fails deletes nothing of it. The secret is never kept as an input. Once the key is adopted, the argument may go or
   * stay; another `id` makes the resource take over that key and retire its own.
   */
  readonly adopt?:
    | pulumi.Input<{
        readonly id: pulumi.Input<string>;
        readonly secret?: pulumi.Input<string> | undefined;
      }>
    | undefined;
}
