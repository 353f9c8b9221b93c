import { yandex } from "pulumi-iam-keys";

type Policy = Pick<yandex.RotatingStaticAccessKeyArgs, "rotate" | "overlap">;

/**
 * The key in two entries of a Lockbox secret, and in no state: whoever reads the secret's current version has the
 * current key, and the version before it stays readable until its key is retired.
 */
export function lockboxUploads(serviceAccountId: string, lockboxSecretId: string, policy: Policy) {
  return new yandex.RotatingStaticAccessKey("uploads", {
    serviceAccountId,
    ...policy,
    outputToLockbox: {
      secretId: lockboxSecretId,
      entryForAccessKeyId: "access-key-id",
      entryForSecretAccessKey: "secret-access-key",
    },
  });
}
