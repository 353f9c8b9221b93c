import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BadUsage } from "../command.ts";
import { Refusal } from "../http/refusal.ts";

const SINCE = "since.";
const USED = "used.";

/**
 * Which tokens were used, as empty files in a folder: a restart forgets none, and rotators that share the folder take each
 * token once between them.
 */
export class UsedTokens {
  readonly #folder: string;
  /** In seconds since the epoch. For tokens issued before, it is unknown whether they were used. */
  readonly knownSince: number;

  /** @param now in seconds since the epoch */
  constructor(folder: string, now: number) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const begun = this.#namesWith(SINCE).map((name) => Number(name.slice(SINCE.length)));
      this.knownSince = Math.min(...begun, Math.floor(now));
      this.#make(`${SINCE}${this.knownSince}`);
    } catch (error) {
      throw new BadUsage(
        `--state (IAM_KEYS_ESC_STATE) must be a folder that can be written to, and ${folder} cannot (${(error as NodeJS.ErrnoException).code}): the tokens that were used are kept there.`,
      );
    }
  }

  /** Takes note that the token is used now. Throws if it was used before. */
  use(id: string, expiresAt: number, now: number): void {
    const digest = createHash("sha256").update(id).digest("hex");
    try {
      if (!this.#make(`${USED}${Math.ceil(expiresAt)}.${digest}`))
        throw new Refusal(401, "The token was used before.");
      this.#forgetUntil(now);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const { code } = error as NodeJS.ErrnoException;
      throw new Refusal(
        503,
        `That the token is used could not be written down (${code}), so nothing was done.`,
      );
    }
  }

  /** A token that has expired is refused for that. */
  #forgetUntil(now: number): void {
    for (const name of this.#namesWith(USED)) {
      const [, expiresAt] = name.split(".");
      if (Number(expiresAt) < now) rmSync(path.join(this.#folder, name), { force: true });
    }
  }

  /** Makes the file. Only one caller can. */
  #make(name: string): boolean {
    try {
      writeFileSync(path.join(this.#folder, name), "", { flag: "wx", mode: 0o600, flush: true });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return false;
    }
  }

  #namesWith(prefix: string): string[] {
    return readdirSync(this.#folder).filter((name) => name.startsWith(prefix));
  }
}
