import * as pulumi from "@pulumi/pulumi";
import { keyFileOf } from "../../provider/kinds/keyFile.ts";
import type { AdoptArgs } from "../adoption.ts";
import type { CredentialArgs, VerifyArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";
import { hasSink } from "../sinks.ts";
import type { DescribedArgs } from "./describedArgs.ts";

/** The arguments of {@link ServiceAccountKey}. */
export interface ServiceAccountKeyArgs extends CredentialArgs, VerifyArgs, AdoptArgs, DescribedArgs {
  /**
   * The id of the service account the key is for, at most 50 characters. Default: the account whose
   * credentials make the request. A change replaces the key. If you remove the argument later, the key stays
   * as it is.
   */
  readonly serviceAccountId?: pulumi.Input<string> | undefined;
  /** The format of the private key. "PEM_FILE", the default, is the only one that the API supports. */
  readonly format?: pulumi.Input<"PEM_FILE"> | undefined;
  /** "RSA_2048" (the default) or "RSA_4096". A change replaces the key. */
  readonly keyAlgorithm?: pulumi.Input<"RSA_2048" | "RSA_4096"> | undefined;
}

export class ServiceAccountKey extends SingleCredential {
  /** The id of the service account the key belongs to; absent for the key of a user account. */
  declare readonly serviceAccountId: pulumi.Output<string | undefined>;
  /** The id of the user account the key belongs to, if the caller is a user and named no service account. */
  declare readonly userAccountId: pulumi.Output<string | undefined>;
  /** When the key was made, in RFC 3339 with up to nine fractional digits. */
  declare readonly createdAt: pulumi.Output<string>;
  /** What the key is for; empty if nothing was given. */
  declare readonly description: pulumi.Output<string>;
  /** "RSA_2048" or "RSA_4096". */
  declare readonly keyAlgorithm: pulumi.Output<string>;
  /** The public key: a PEM in SPKI form. */
  declare readonly publicKey: pulumi.Output<string>;
  /**
   * The private key: a PKCS#8 PEM after the line
   * `PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <id>`. Key files keep that line, and most PEM
   * readers need it removed. A Pulumi secret.
   */
  declare readonly privateKey: pulumi.Output<string>;
  /** The JSON key file that `yc`, the SDKs and Terraform read. A Pulumi secret. */
  readonly keyFile!: pulumi.Output<string>;

  /**
   * An authorized key of a Yandex Cloud service account: an RSA key pair. `yc`, the SDKs, Terraform and
   * Pulumi use it to sign the JWTs that they exchange for IAM tokens.
   *
   * Needs the role `iam.serviceAccounts.authorizedKeyAdmin` on the service account (otherwise
   * PERMISSION_DENIED).
   *
   * @example
   * ```ts
   * const key = new yandex.ServiceAccountKey("ci", { serviceAccountId: account.id });
   * export const keyFile = key.keyFile; // what `yc config set service-account-key` reads
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/Key/create
   */
  constructor(name: string, args: ServiceAccountKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super(
      "yandex:ServiceAccountKey",
      name,
      args,
      [
        "serviceAccountId",
        "userAccountId",
        "createdAt",
        "description",
        "keyAlgorithm",
        "publicKey",
        "privateKey",
      ],
      ["privateKey"],
      opts,
    );
    if (hasSink(args)) return;
    const { id, serviceAccountId, userAccountId, createdAt, keyAlgorithm, publicKey, privateKey } = this;
    // The state holds the private key once: each run assembles the file again.
    this.keyFile = pulumi.secret(
      pulumi
        .output({ id, serviceAccountId, userAccountId, createdAt, keyAlgorithm, publicKey, privateKey })
        .apply(keyFileOf),
    ) as pulumi.Output<string>;
  }
}
