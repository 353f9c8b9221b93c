import * as pulumi from "@pulumi/pulumi";

/** The name that the `call` of a unit test's mocks gets. The engine has no plugin to ask for it. */
const TOKEN = "pulumi-nodejs:dynamic/iam-keys/yandex:getIamToken";

/** The arguments of {@link getIamToken}. */
export interface GetIamTokenArgs {
  /** The id of the service account the token stands for, at most 50 characters. */
  readonly serviceAccountId: pulumi.Input<string>;
}

/**
 * A short-lived IAM token of a Yandex Cloud service account, for the program itself. It is made once per run
 * and account, in previews, too. No state has it unless the program puts it there. An {@link IamToken} is a
 * resource; this is not. In a unit test, the `call` of the mocks answers with `{ iamToken }`.
 *
 * Needs the role `iam.serviceAccounts.tokenCreator` on the service account (otherwise PERMISSION_DENIED).
 *
 * @returns the token, for the header `Authorization: Bearer …`. A Pulumi secret.
 * @example
 * ```ts
 * const token = yandex.getIamToken({ serviceAccountId: account.id });
 * const provider = new yandexCloud.Provider("as-deployer", { token });
 * ```
 * @see https://yandex.cloud/en/docs/iam/api-ref/IamToken/createForServiceAccount
 */
export function getIamToken({ serviceAccountId }: GetIamTokenArgs): pulumi.Output<string> {
  const token = pulumi.output(serviceAccountId).apply(async (account) => {
    if (isMocked()) {
      const { iamToken } = await pulumi.runtime.invoke(TOKEN, { serviceAccountId: account });
      return iamToken as string;
    }
    // A program that never asks does not load an HTTP client.
    const { iamTokenFor } = await import("../../provider/programTokens.ts");
    return iamTokenFor(account, pulumi.runtime.allConfig());
  });
  return pulumi.secret(token);
}

/** Whether a unit test answers in the engine's place. Only this field of the SDK says so. */
function isMocked(): boolean {
  return "mocks" in (pulumi.runtime.getMonitor() ?? {});
}
