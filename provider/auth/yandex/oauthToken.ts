import { IamKeysError } from "../../errors.ts";
import type { Setting } from "../../settings.ts";
import { createIamToken } from "./iamTokenApi.ts";
import { headerValue } from "./readyToken.ts";
import type { Surroundings, TokenSource } from "./tokenSource.ts";

/** The OAuth token of a person's Yandex account, which is exchanged for IAM tokens of that person. */
export function oauthToken(setting: Setting, { endpoints, iamAgents }: Surroundings): TokenSource {
  const yandexPassportOauthToken = headerValue(setting, "an OAuth token");
  if (yandexPassportOauthToken.startsWith("t1.")) {
    throw new IamKeysError("INVALID_CONFIG", `${setting.source} is not an OAuth token but an IAM token.`, {
      hint: "Set it as yandex:token or YC_TOKEN.",
    });
  }
  return {
    origin: setting.source,
    isRenewable: true,
    mint: () =>
      createIamToken("create", endpoints.iam, iamAgents, {
        body: { yandexPassportOauthToken },
        credentials: setting.source,
      }),
  };
}
