import type * as pulumi from "@pulumi/pulumi";

/** What every Yandex Cloud key that has a description takes. */
export interface DescribedArgs {
  /**
   * What the key is for, at most 256 characters together with the owner tag. Default: none. Changed in place.
   */
  readonly description?: pulumi.Input<string> | undefined;
  /**
   * Whether the description on the server ends with the owner tag, `[pulumi project/stack/name #k3f9x2ab.4]`:
   * the resource, its mark, and the number of the key. With the tag, a run can find and delete a key that it
   * made and that nobody ever got. The output `description` does not contain the tag. Default: `true`.
   * Changed in place.
   */
  readonly tagDescription?: pulumi.Input<boolean> | undefined;
}
