import type * as pulumi from "@pulumi/pulumi";
import type { KeyPair } from "./keyPair.ts";

/** What is used of `kubernetes.core.v1.Secret` of @pulumi/kubernetes, which is too large to be needed for an example. */
type SecretClass<Secret> = new (
  name: string,
  args: {
    metadata: { name: string; namespace: string };
    stringData: Record<string, pulumi.Input<string>>;
  },
) => Secret;

/**
 * A Kubernetes Secret that always holds the current key, under a name that pods can refer to. Pods that read it from a
 * volume get a new key within a minute or so; those that take it as an environment variable have to be restarted within
 * the overlap.
 */
export function kubernetesSecret<Secret>(
  Secret: SecretClass<Secret>,
  name: string,
  namespace: string,
  { accessKeyId, secretAccessKey }: KeyPair,
): Secret {
  return new Secret(name, {
    metadata: { name, namespace },
    stringData: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  });
}
