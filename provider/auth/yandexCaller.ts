import type { Agents } from "../api/agents.ts";
import type { YandexEndpoints } from "../api/endpoints.ts";
import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { AuthorizedKey } from "./authorizedKey.ts";
import type { TokenSource } from "./yandex/tokenSource.ts";
import { wayIn } from "./yandex/waysIn.ts";

/** IAM tokens live for twelve hours at most; the documentation asks to renew them at least hourly. */
const RENEW_AFTER_MS = 60 * 60 * 1000;
const RENEW_AT_SHARE_OF_LIFE = 0.9;
/** How long a token that is still valid, but could not be renewed, is used before the next attempt. */
const RETRY_AFTER_MS = 60 * 1000;

interface HeldToken {
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** Who makes the requests to Yandex Cloud: one token for all of them, renewed from the caller's way in. */
export class YandexCaller {
  readonly #ports: Ports;
  readonly #source: TokenSource;
  #held: Promise<HeldToken> | undefined;

  /** Reads the settings; throws if they contradict each other, cannot be read, or name nobody. No request is made. */
  constructor(ports: Ports, endpoints: YandexEndpoints, iamAgents: Agents) {
    this.#ports = ports;
    this.#source = wayIn({ ports, endpoints, iamAgents }) ?? missing();
  }

  /** The source of the credentials, for messages. */
  get origin(): string {
    return this.#source.origin;
  }

  /** Remembers a new key that works, in case it is to succeed the one that the caller signs with. */
  offerSuccessor(key: AuthorizedKey): void {
    this.#source.ownKey?.offerSuccessor(key);
  }

  /**
   * Whether the caller signs with this key and nothing can replace it. If this run made another key of the same account
   * that works, the caller continues with that one.
   */
  needsKey(id: string): boolean {
    const ownKey = this.#source.ownKey;
    if (ownKey?.key.id !== id) return false;
    if (!ownKey.succeed()) return true;
    this.#held = undefined;
    return false;
  }

  /** A token that is valid for some time to come: one for all concurrent calls, renewed before it expires. */
  async token(): Promise<string> {
    const current = this.#held;
    const held = current && (await current);
    const now = this.#ports.now();
    // A second caller must not discard the token that the first one has begun to renew.
    if (held && held.renewAt <= now && this.#held === current) {
      const kept = { ...held, renewAt: now + RETRY_AFTER_MS };
      this.#held = held.expiresAt > now ? this.#mint().catch(() => kept) : undefined;
    }
    this.#held ??= this.#mint().catch((error) => {
      this.#held = undefined;
      throw error;
    });
    return (await this.#held).token;
  }

  /** Whether a refused token can be replaced by a new one; the refused one is then forgotten. */
  async forget(refused: string): Promise<boolean> {
    if (!this.#source.isRenewable) return false;
    const current = this.#held;
    // Another call may have renewed it in the meantime: that newer one must stay.
    if (current && (await current).token === refused && this.#held === current) this.#held = undefined;
    return true;
  }

  async #mint(): Promise<HeldToken> {
    const now = this.#ports.now();
    const { token, expiresAt } = await this.#source.mint();
    const lifetime = expiresAt - now;
    const renewAt = now + Math.min(RENEW_AFTER_MS, lifetime * RENEW_AT_SHARE_OF_LIFE);
    return { token, renewAt, expiresAt };
  }
}

function missing(): never {
  throw new IamKeysError("NO_CREDENTIALS", "There are no Yandex Cloud credentials to make requests with.", {
    hint: "Set yandex:token or yandex:serviceAccountKeyFile in the stack's config (pulumi config set --secret yandex:token …), or YC_TOKEN or YC_SERVICE_ACCOUNT_KEY_FILE in the environment. docs/credentials.md has the other ways in.",
  });
}
