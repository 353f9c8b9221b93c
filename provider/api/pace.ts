import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { readSetting, type SettingName } from "../settings.ts";

/** Requests slow down at most once a second: those that were sent before are refused for the same reason. */
const EASED_FOR_MS = 1000;
const FIRST_GAP_MS = 50;
const LONGEST_GAP_MS = 1000;
/** The share by which each request that was not refused shortens the gap. */
const FASTER = 0.995;

/**
 * How fast this process sends the requests of one account. The setting limits it. Without the setting, requests go out
 * as they come, because neither cloud documents a rate for its IAM (AWS:
 * https://repost.aws/knowledge-center/iam-sts-throttling-error). When a server says "too fast", all of them become
 * slower, and faster again bit by bit.
 */
export class Pace {
  readonly #ports: Ports;
  readonly #least: number;
  #gap: number;
  #next = 0;
  #easedUntil = 0;

  /** Throws if the setting is wrong. */
  constructor(ports: Ports, setting: SettingName) {
    this.#ports = ports;
    this.#least = leastGap(ports, setting);
    this.#gap = this.#least;
  }

  /** Waits until one more request may be sent. */
  async turn(): Promise<void> {
    const now = this.#ports.now();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#gap;
    this.#gap = Math.max(this.#gap * FASTER, this.#least);
    if (at > now) await this.#ports.sleep(at - now);
  }

  /** A request was refused because they come too fast. */
  refused(): void {
    const now = this.#ports.now();
    if (now < this.#easedUntil) return;
    this.#easedUntil = now + EASED_FOR_MS;
    this.#gap = Math.min(Math.max(this.#gap * 2, FIRST_GAP_MS), Math.max(LONGEST_GAP_MS, this.#least));
    this.#next = Math.max(this.#next, this.#easedUntil);
  }
}

function leastGap(ports: Ports, name: SettingName): number {
  const setting = readSetting(ports, name);
  if (!setting) return 0;
  const perSecond = Number(setting.value);
  if (perSecond > 0 && Number.isFinite(perSecond)) return 1000 / perSecond;
  throw new IamKeysError(
    "INVALID_CONFIG",
    `${setting.source} must be a number of requests per second above 0, such as 20.`,
  );
}
