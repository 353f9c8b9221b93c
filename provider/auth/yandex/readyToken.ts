import { IamKeysError } from "../../errors.ts";
import { keepSecret } from "../../redact.ts";
import type { Setting } from "../../settings.ts";
import { OAUTH_TOKEN } from "./tokenShapes.ts";
import type { TokenSource } from "./tokenSource.ts";

/** An IAM token that somebody else made: it is used as it is, until it ends. */
export function readyToken(setting: Setting): TokenSource {
  const token = headerValue(setting, "an IAM token");
  if (OAUTH_TOKEN.test(token)) {
    throw new IamKeysError("INVALID_CONFIG", `${setting.source} is not an IAM token but an OAuth token.`, {
      hint: "Set it as yandex:oauthToken or YC_OAUTH_TOKEN: IAM tokens are then made from it, and renewed.",
    });
  }
  return {
    origin: setting.source,
    isRenewable: false,
    mint: async () => ({ token, expiresAt: Number.POSITIVE_INFINITY }),
  };
}

/** The token of a setting, kept out of every message; other characters than a header can carry are refused. */
export function headerValue({ value, source }: Setting, what: string): string {
  const token = value.trim();
  // The HTTP client would print such a value to say that it cannot be sent.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new IamKeysError("INVALID_CONFIG", `${source} is not ${what}: it holds characters no token has.`);
  }
  keepSecret(token);
  return token;
}
