import type * as pulumi from "@pulumi/pulumi";

/** What every Yandex Cloud key that has a description takes. */
export interface DescribedArgs {
  /**
   * What the key is for, at most 256 characters together with the owner tag. Default: none. Changed in place.
   */
  readonly description?: pulumi.Input<string> | undefined;
  /**
   * Whether the description on the server ends with the owner tag, `[pulumi project/stack/name]`: by it a key
   * is found, and deleted, that a run has made and lost. The output `description` is without it. Two stacks
   * of one project and one name that share a service account need `false`, and so does a key that is to
   * outlive its resource (`retainOnDelete`). Default: `true`. Changed in place.
   */
  readonly tagDescription?: pulumi.Input<boolean> | undefined;
}
