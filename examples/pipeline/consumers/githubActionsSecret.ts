import type * as pulumi from "@pulumi/pulumi";
import { credentialsFile } from "./credentialFile.ts";
import type { KeyPair } from "./keyPair.ts";

/** What is used of `github.ActionsSecret` of @pulumi/github. */
type ActionsSecretClass<Secret> = new (
  name: string,
  args: { repository: string; secretName: string; plaintextValue: pulumi.Input<string> },
) => Secret;

/**
 * A secret of a repository's workflows that always holds the current key, as an AWS credentials file: id and secret are
 * replaced together. A workflow that is under way has read the key before, and must end within the overlap.
 */
export function githubActionsSecret<Secret>(
  ActionsSecret: ActionsSecretClass<Secret>,
  name: string,
  repository: string,
  key: KeyPair,
): Secret {
  const secretName = `${name.toUpperCase().replaceAll("-", "_")}_CREDENTIALS`;
  return new ActionsSecret(name, { repository, secretName, plaintextValue: credentialsFile(key) });
}
