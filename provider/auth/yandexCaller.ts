import type { Agents } from "../api/agents.ts";
import { parseReply, sendRequest } from "../api/http.ts";
import { iamTokenReply } from "../api/iamTokenReply.ts";
import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { keepSecret } from "../redact.ts";
import { readOneOf } from "../settings.ts";
import { type AuthorizedKey, readAuthorizedKey, signJwt } from "./authorizedKey.ts";

/** IAM tokens live for twelve hours at most; the documentation asks to renew them at least hourly. */
const RENEW_AFTER_MS = 60 * 60 * 1000;
const RENEW_AT_SHARE_OF_LIFE = 0.9;

interface MintedToken {
  readonly token: string;
  readonly renewAt: number;
}

/** Who makes the requests to Yandex Cloud: a ready IAM token, or an authorized key exchanged for one. */
export class YandexCaller {
  readonly #ports: Ports;
  readonly #iamEndpoint: string;
  readonly #agents: Agents;
  readonly #ready: string | undefined;
  #key: AuthorizedKey | undefined;
  #successor: AuthorizedKey | undefined;
  #minted: Promise<MintedToken> | undefined;

  /** Reads the settings; throws where they contradict each other or cannot be read. No request is made. */
  constructor(ports: Ports, iamEndpoint: string, agents: Agents) {
    this.#ports = ports;
    this.#iamEndpoint = iamEndpoint;
    this.#agents = agents;
    const setting = readOneOf(ports, {
      token: { config: "yandex:token", environment: "YC_TOKEN" },
      key: { config: "yandex:serviceAccountKeyFile", environment: "YC_SERVICE_ACCOUNT_KEY_FILE" },
    });
    if (setting?.name === "key") this.#key = readAuthorizedKey(setting);
    if (setting?.name === "token") {
      this.#ready = setting.value.trim();
      // A header cannot carry such a value, and the HTTP client would print it to say so.
      if (!/^[\x21-\x7e]+$/.test(this.#ready)) {
        throw new IamKeysError(
          "INVALID_CONFIG",
          `${setting.source} is not an IAM token: it holds characters no token has.`,
        );
      }
      keepSecret(this.#ready);
    }
  }

  /** Remembers a new key that works, in case it is to succeed the one that the caller signs with. */
  offerSuccessor(key: AuthorizedKey): void {
    if (key.service_account_id === this.#key?.service_account_id) this.#successor = key;
  }

  /**
   * Whether the caller signs with this key and nothing can take its place. Where this run made another key
   * of the same account that works, the caller goes on with that one.
   */
  needsKey(id: string): boolean {
    if (this.#key?.id !== id) return false;
    if (!this.#successor || this.#successor.id === id) return true;
    this.#key = this.#successor;
    this.#minted = undefined;
    return false;
  }

  /** A token that is valid for some time to come: one for all concurrent calls, renewed before it expires. */
  async token(): Promise<string> {
    if (this.#ready !== undefined) return this.#ready;
    if (!this.#key) {
      throw new IamKeysError(
        "NO_CREDENTIALS",
        "There are no Yandex Cloud credentials to make requests with.",
        {
          hint: "Set yandex:token or yandex:serviceAccountKeyFile in the stack's config (pulumi config set --secret yandex:token …), or YC_TOKEN or YC_SERVICE_ACCOUNT_KEY_FILE in the environment.",
        },
      );
    }
    const current = this.#minted;
    // Whoever comes second must not throw away the token that the first has begun to renew.
    if (current && (await current).renewAt <= this.#ports.now() && this.#minted === current) {
      this.#minted = undefined;
    }
    this.#minted ??= this.#exchange(this.#key).catch((error) => {
      this.#minted = undefined;
      throw error;
    });
    return (await this.#minted).token;
  }

  /** Whether a refused token can be replaced by a new one; the refused one is then forgotten. */
  async forget(refused: string): Promise<boolean> {
    if (!this.#key) return false;
    const current = this.#minted;
    // Another call may have renewed it in the meantime: that newer one must stay.
    if (current && (await current).token === refused && this.#minted === current) this.#minted = undefined;
    return true;
  }

  async #exchange(key: AuthorizedKey): Promise<MintedToken> {
    const now = this.#ports.now();
    const { iamToken, expiresAt } = await exchangeAuthorizedKey(key, this.#iamEndpoint, this.#agents, now);
    keepSecret(iamToken);
    const lifetime = Date.parse(expiresAt) - now;
    return { token: iamToken, renewAt: now + Math.min(RENEW_AFTER_MS, lifetime * RENEW_AT_SHARE_OF_LIFE) };
  }
}

/** Signs a JWT with the authorized key and exchanges it for an IAM token of its service account. */
export async function exchangeAuthorizedKey(
  key: AuthorizedKey,
  iamEndpoint: string,
  agents: Agents,
  now: number,
) {
  const jwt = await signJwt(key, now);
  const reply = await sendRequest({
    operation: "IamToken.create",
    method: "POST",
    url: `${iamEndpoint}/iam/v1/tokens`,
    body: { jwt },
    agents,
    subject: `authorized key ${key.id}`,
  });
  return parseReply("IamToken.create", iamTokenReply, reply);
}
