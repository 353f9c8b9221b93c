import type { Agents } from "../../api/agents.ts";
import type { YandexEndpoints } from "../../api/endpoints.ts";
import type { Ports } from "../../ports.ts";
import type { OwnKey } from "./ownKey.ts";

export interface MintedToken {
  readonly token: string;
  /** Milliseconds since the epoch; Infinity if nobody says. */
  readonly expiresAt: number;
}

/** A way in: what the caller has to make IAM tokens from. */
export interface TokenSource {
  /** What to check if it is refused, for messages: "stack config yandex:token". */
  readonly origin: string;
  /** Whether `mint` gives another token when it is called again. */
  readonly isRenewable: boolean;
  /** The authorized key that it signs with, if it does. */
  readonly ownKey?: OwnKey | undefined;
  mint(): Promise<MintedToken>;
}

/** What every way in needs. */
export interface Surroundings {
  readonly ports: Ports;
  readonly endpoints: YandexEndpoints;
  /** For the IAM endpoint. */
  readonly iamAgents: Agents;
}
