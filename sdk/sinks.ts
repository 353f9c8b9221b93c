import type * as pulumi from "@pulumi/pulumi";

/** For whom a secret is encrypted. Give exactly one of these. */
export interface EncryptTo {
  /** A public OpenPGP key, armored or its binary form in base64. The ciphertext is an armored message. */
  readonly pgp?: pulumi.Input<string> | undefined;
  /** A public JSON Web Key (RSA, EC or X25519), as an object or its text. The ciphertext is a compact JWE. */
  readonly jwk?: pulumi.Input<string | Record<string, unknown>> | undefined;
  /** An age recipient, "age1…". The ciphertext is an armored age file. */
  readonly age?: pulumi.Input<string> | undefined;
}

/** The state holds the secrets of the resource only as ciphertext. */
export interface EncryptedArgs {
  /**
   * The recipient of the secrets. The provider encrypts the secrets for it before it hands anything out. The
   * outputs are then `encrypted…` instead, and `encryptedTo`, the recipient's fingerprint. A private, expired
   * or otherwise unusable key is refused before a key is made (INVALID_ARGUMENT). A change makes a new key.
   */
  readonly encryptTo: pulumi.Input<EncryptTo>;
}

/** The secrets of the resource are in a Lockbox secret instead of the state. */
export interface LockboxArgs<Secret extends string, Id extends string> {
  /**
   * The Lockbox secret (`secretId`) that gets the values, in a new version, in the entries of these names.
   * The entries that it already has stay. When a key is deleted, its version is scheduled for destruction.
   * Needs the role `lockbox.editor` on the secret. A change makes a new key.
   *
   * @see https://yandex.cloud/en/docs/lockbox/api-ref/Secret/addVersion
   */
  readonly outputToLockbox: pulumi.Input<
    { readonly secretId: pulumi.Input<string> } & {
      readonly [S in Secret as `entryFor${Capitalize<S>}`]: pulumi.Input<string>;
    } & { readonly [I in Id as `entryFor${Capitalize<I>}`]?: pulumi.Input<string> | undefined }
  >;
}

/** The secrets of the resource are in a secret of AWS Secrets Manager instead of the state. */
export interface SecretsManagerArgs<Secret extends string, Id extends string> {
  /**
   * The secret that gets the values, in a new version: `secretId` is its name or ARN, in `aws:region` unless
   * the ARN says otherwise. The version is a JSON object with the secrets and the id that belongs to them. It
   * gets the label AWSCURRENT, and the version before it has AWSPREVIOUS until its key is deleted.
   * `entryFor…` gives the names in that object; the default is the name of the output. Needs
   * `secretsmanager:PutSecretValue` and `secretsmanager:UpdateSecretVersionStage` on the secret. A change
   * makes a new key.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
   */
  readonly outputToSecretsManager: pulumi.Input<
    { readonly secretId: pulumi.Input<string> } & {
      readonly [S in Secret | Id as `entryFor${Capitalize<S>}`]?: pulumi.Input<string> | undefined;
    }
  >;
}

/** The arguments of a resource whose secrets are in the state. */
export interface WithoutSink extends Partial<Record<SinkName, undefined>> {}

const SINK_NAMES = ["encryptTo", "outputToLockbox", "outputToSecretsManager"] as const;

type SinkName = (typeof SINK_NAMES)[number];

type Encrypted<Secret extends string, Value> = {
  readonly [S in Secret as `encrypted${Capitalize<S>}`]: Value;
};

/** What is said of a key whose secrets are in Lockbox. */
interface InLockbox<Value> {
  readonly lockboxSecretId: Value;
  readonly lockboxVersionId: Value;
}

/** What is said of a key whose secrets are in AWS Secrets Manager. */
interface InSecretsManager<Value> {
  readonly secretsManagerSecretId: Value;
  readonly secretsManagerVersionId: Value;
}

type ResourceClass = new (
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: only so does a class with any arguments fit.
  args: any,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

type ArgsOf<C extends ResourceClass> = Omit<NonNullable<ConstructorParameters<C>[1]>, SinkName>;

/**
 * The class of a resource whose secrets can go elsewhere: then they, and what is derived from them, are not in its
 * type.
 */
export type Sinkable<
  C extends ResourceClass,
  Secret extends string,
  Derived extends string = never,
  Id extends string = never,
> = C & {
  new (
    name: string,
    args: ArgsOf<C> & EncryptedArgs,
    opts?: pulumi.CustomResourceOptions,
  ): Omit<InstanceType<C>, Secret | Derived> &
    Encrypted<Secret, pulumi.Output<string>> & { readonly encryptedTo: pulumi.Output<string> };
  new (
    name: string,
    args: ArgsOf<C> & LockboxArgs<Secret, Id>,
    opts?: pulumi.CustomResourceOptions,
  ): Omit<InstanceType<C>, Secret | Derived> & InLockbox<pulumi.Output<string>>;
  new (
    name: string,
    args: ArgsOf<C> & SecretsManagerArgs<Secret, Id>,
    opts?: pulumi.CustomResourceOptions,
  ): Omit<InstanceType<C>, Secret | Derived> & InSecretsManager<pulumi.Output<string>>;
};

/** The same of a resource that holds two keys. */
export type RotatingSinkable<
  C extends ResourceClass,
  Key,
  Secret extends keyof Key & string,
  Derived extends string = never,
  Id extends string = never,
> = C & {
  new (
    name: string,
    args: ArgsOf<C> & EncryptedArgs,
    opts?: pulumi.CustomResourceOptions,
  ): Omit<InstanceType<C>, "current" | "previous" | Secret | Derived> &
    Holds<Omit<Key, Secret> & Encrypted<Secret, string> & { readonly encryptedTo: string }>;
  new (
    name: string,
    args: ArgsOf<C> & LockboxArgs<Secret, Id>,
    opts?: pulumi.CustomResourceOptions,
  ): Omit<InstanceType<C>, "current" | "previous" | Secret | Derived> &
    Holds<Omit<Key, Secret> & InLockbox<string>>;
  new (
    name: string,
    args: ArgsOf<C> & SecretsManagerArgs<Secret, Id>,
    opts?: pulumi.CustomResourceOptions,
  ): Omit<InstanceType<C>, "current" | "previous" | Secret | Derived> &
    Holds<Omit<Key, Secret> & InSecretsManager<string>>;
};

interface Holds<Key> {
  readonly current: pulumi.Output<Key>;
  readonly previous: pulumi.Output<Key | undefined>;
}

/** Whether the secrets go elsewhere. */
export function hasSink(args: object): boolean {
  return sinkOf(args) !== undefined;
}

/** The outputs of a resource whose secrets may go elsewhere. */
export function outputsOf(args: object, outputs: readonly string[], secrets: readonly string[]): string[] {
  const open = outputs.filter((name) => !secrets.includes(name));
  switch (sinkOf(args)) {
    case "encryptTo":
      return [
        ...open,
        ...secrets.map((name) => `encrypted${name.charAt(0).toUpperCase()}${name.slice(1)}`),
        "encryptedTo",
      ];
    case "outputToLockbox":
      return [...open, "lockboxSecretId", "lockboxVersionId"];
    case "outputToSecretsManager":
      return [...open, "secretsManagerSecretId", "secretsManagerVersionId"];
    default:
      return [...outputs];
  }
}

function sinkOf(args: object): SinkName | undefined {
  const given = args as Partial<Record<SinkName, unknown>>;
  return SINK_NAMES.find((name) => given[name] !== undefined && given[name] !== null);
}
