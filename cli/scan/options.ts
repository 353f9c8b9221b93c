import type { WantedStack } from "../../stack/wantedStack.ts";
import { BadUsage } from "../command.ts";
import type { Language } from "../languages.ts";
import type { Duration } from "../options.ts";

/** From when on a key is reported; absent: it is not looked at for that. */
export interface Limits {
  readonly unused?: Duration;
  readonly older?: Duration;
}

/** What the scan looks at. */
export interface Places {
  readonly folder?: readonly string[];
  readonly serviceAccount?: readonly string[];
  readonly aws?: boolean;
  readonly user?: readonly string[];
}

/** What the command line asks for, except the ids. */
export interface GivenOptions extends WantedStack, Limits, Places {
  readonly json?: boolean;
  readonly format?: "csv" | "sarif";
  readonly adopt?: boolean;
  readonly language?: Language;
}

export interface Options extends GivenOptions {
  /** The keys that are shown; none: all. */
  readonly ids: readonly string[];
}

const ID = /^[\w.-]{1,50}$/;
const USER_NAME = /^[\w+=,.@-]{1,128}$/;

/** Throws `BadUsage` if there is nothing to look at, or if a name is not valid. */
export function readOptions(given: GivenOptions, ids: readonly string[]): Options {
  const { folder = [], serviceAccount = [], aws, user = [] } = given;
  if (!aws && [folder, serviceAccount, user].every(({ length }) => length === 0))
    throw new BadUsage(
      "Say what to scan: --folder <id> or --service-account <id> for Yandex Cloud, --aws or --user <name> for AWS.",
    );
  if (!folder.every((id) => ID.test(id))) throw new BadUsage("--folder must be the id of a folder.");
  if (!serviceAccount.every((id) => ID.test(id)))
    throw new BadUsage("--service-account must be the id of a service account.");
  if (!user.every((name) => USER_NAME.test(name)))
    throw new BadUsage("--user must be the name of an IAM user, without its path.");
  if (given.language !== undefined && !given.adopt)
    throw new BadUsage("--language needs --adopt: it is the language of the program that takes keys over.");
  if (ids.includes("")) throw new BadUsage("An id must not be empty.");
  return { ...given, ids };
}
