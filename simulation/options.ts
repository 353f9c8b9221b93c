import { parseArgs } from "node:util";
import { compact } from "../provider/lifecycle/properties.ts";
import { parseDuration } from "../provider/rotation/duration.ts";
import type { RotationWindow } from "../provider/rotation/window.ts";
import type { Policy } from "./oldestAllowed.ts";
import type { Pipeline } from "./pipeline.ts";
import { ROTATING_KINDS, type RotatingKind } from "./rotatingKinds.ts";
import { DAY } from "./world.ts";

/** What the command line asks for. */
export interface Options {
  readonly kind: RotatingKind;
  readonly policy: Policy;
  readonly pipeline: Pipeline;
  /** The longest time for which a consumer goes on with the key that it has, in milliseconds. */
  readonly consumerDelay: number;
  /** The file to draw the picture into. */
  readonly svg: string | undefined;
}

/** The command line cannot be understood; the message has a line for each reason. */
export class BadOptions extends Error {
  override readonly name = "BadOptions";
}

const OPTIONS = {
  kind: { type: "string", default: "aws:RotatingAccessKey" },
  every: { type: "string", default: "30d" },
  lead: { type: "string" },
  jitter: { type: "string" },
  overlap: { type: "string", default: "7d" },
  grace: { type: "string", default: "3d" },
  "unless-used-within": { type: "string" },
  "once-current-used": { type: "boolean" },
  "expiry-margin": { type: "string" },
  "window-days": { type: "string" },
  "window-hours": { type: "string" },
  "window-time-zone": { type: "string" },
  "window-max-delay": { type: "string" },
  days: { type: "string", default: "365" },
  "run-every": { type: "string", default: "24h" },
  missed: { type: "string", default: "0.1" },
  failing: { type: "string", default: "0.1" },
  consumers: { type: "string", default: "3" },
  "consumer-delay": { type: "string", default: "5d" },
  seed: { type: "string", default: "1" },
  svg: { type: "string" },
} as const;

type Name = keyof typeof OPTIONS;

const HELP: Readonly<Record<Name, readonly [value: string, help: string]>> = {
  kind: ["TYPE", "the type of the resource"],
  every: ["DURATION", "rotate.every: the age at which a key is due"],
  lead: ["DURATION", "rotate.lead: how long before that a key is due already"],
  jitter: ["DURATION", "rotate.jitter: up to how much earlier still"],
  overlap: ["DURATION", "overlap: how long the previous key goes on working"],
  grace: ["DURATION", "retire.grace: how long it is inactive before it is deleted, on AWS"],
  "unless-used-within": ["DURATION", "retire.unlessUsedWithin: a key that was used within this time stays"],
  "once-current-used": ["", "retire.onceCurrentUsed: it stays until the key that replaced it was used"],
  "expiry-margin": ["DURATION", "expiryMargin: ends a key so long after its policy, for API keys"],
  "window-days": ["DAYS", 'rotate.window.days, such as "tue,wed"'],
  "window-hours": ["HOURS", 'rotate.window.hours, such as "09:00-17:00"'],
  "window-time-zone": ["ZONE", 'rotate.window.timeZone, such as "Europe/Berlin"'],
  "window-max-delay": ["DURATION", "rotate.window.maxDelay: older than that by more, a key does not wait"],
  days: ["NUMBER", "how many days it lasts"],
  "run-every": ["DURATION", "the time from one run of the pipeline to the next"],
  missed: ["SHARE", "the share of the runs that do not take place"],
  failing: ["SHARE", "the share of the runs in which the cloud's API fails"],
  consumers: ["NUMBER", "how many programs use the key, each once between two runs"],
  "consumer-delay": ["DURATION", "the longest time for which one goes on with a key that was replaced"],
  seed: ["NUMBER", "another seed, another year"],
  svg: ["FILE", "draw a picture into this file"],
};

/** Where the properties of the resource stand on the command line. */
const PROPERTIES: Readonly<Record<string, Name>> = {
  "rotate.every": "every",
  "rotate.lead": "lead",
  "rotate.jitter": "jitter",
  "rotate.window.days": "window-days",
  "rotate.window.hours": "window-hours",
  "rotate.window.timeZone": "window-time-zone",
  "rotate.window.maxDelay": "window-max-delay",
  "retire.grace": "grace",
  "retire.unlessUsedWithin": "unless-used-within",
  "retire.onceCurrentUsed": "once-current-used",
  overlap: "overlap",
  expiryMargin: "expiry-margin",
};

const LARGEST_SEED = 2 ** 31 - 1;
/** More would take hours. */
const MOST_HAPPENINGS = 200_000;

export const USAGE = [
  "Usage: npm run simulate -- [options]",
  "",
  ...Object.entries(HELP).map(([name, [value, help]]) => {
    const option = OPTIONS[name as Name];
    return `  ${`--${name} ${value}`.padEnd(30)}${help}${"default" in option ? ` (${option.default})` : ""}`;
  }),
  "",
  'A DURATION is such as "30m", "12h" or "30d", a SHARE a number from 0 to 1.',
  "The exit code is 0 where no consumer was refused, 1 where one was, 2 for bad options.",
].join("\n");

/** Reads the command line; undefined where it asks for the usage alone. Throws `BadOptions`. */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const problems: string[] = [];
  const read = <Value>(name: Name, reader: (given: string) => Value | undefined, right: string) => {
    const given = String(values[name] ?? "");
    const value = reader(given);
    if (value === undefined) problems.push(`--${name} must be ${right}, not "${given}"`);
    return value as Value;
  };
  const duration = 'a duration such as "30m", "12h" or "30d"';
  const share = "a share such as 0.1, from 0 to 1";
  const options: Options = {
    kind: read("kind", (type) => ROTATING_KINDS.find((kind) => kind.type === type), oneOf(ROTATING_KINDS)),
    policy: policyOf(values),
    pipeline: {
      lasts: read("days", (given) => wholeNumber(given, 1, 3650), "a whole number from 1 to 3650") * DAY,
      runEvery: read(
        "run-every",
        (given) => parseDuration(given) || undefined,
        'a duration longer than nothing, such as "12h"',
      ),
      missed: read("missed", shareOf, share),
      failing: read("failing", shareOf, share),
      consumers: read("consumers", (given) => wholeNumber(given, 1, 9), "a whole number from 1 to 9"),
      seed: read(
        "seed",
        (given) => wholeNumber(given, 0, LARGEST_SEED),
        `a whole number from 0 to ${LARGEST_SEED}`,
      ),
    },
    consumerDelay: read("consumer-delay", parseDuration, duration),
    svg: values.svg,
  };
  const { lasts, runEvery, consumers } = options.pipeline;
  const happenings = Math.ceil(lasts / runEvery) * (1 + consumers);
  if (happenings > MOST_HAPPENINGS)
    problems.push(
      `--run-every (${values["run-every"]}) must be longer: --days ${values.days} would have ${happenings} runs and uses, and ${MOST_HAPPENINGS} are the most`,
    );
  if (problems.length > 0) throw new BadOptions(problems.join("\n"));
  return options;
}

/** What the provider says about a policy, in the words of the command line. */
export function inOptions(message: string): string {
  const names = Object.keys(PROPERTIES).map((name) => name.replaceAll(".", "\\."));
  return message.replaceAll(
    new RegExp(`\\b(${names.join("|")})(\\.\\d+)?\\b`, "g"),
    (_, name: string) => `--${PROPERTIES[name]}`,
  );
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...OPTIONS, help: { type: "boolean" } } }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadOptions(`${error.message}\nnpm run simulate -- --help lists the options.`);
  }
}

/** The provider itself says what is wrong with a policy, so this one is taken as it was given. */
function policyOf(values: ReturnType<typeof parse>): Policy {
  const window = compact({
    days: values["window-days"]?.split(","),
    hours: values["window-hours"],
    timeZone: values["window-time-zone"],
    maxDelay: values["window-max-delay"],
  }) as Partial<RotationWindow>;
  return {
    rotate: {
      every: values.every,
      ...compact({ lead: values.lead, jitter: values.jitter }),
      ...(Object.keys(window).length > 0 ? { window: window as RotationWindow } : {}),
    },
    overlap: values.overlap,
    ...compact({ expiryMargin: values["expiry-margin"] }),
    retire: compact({
      grace: values.grace,
      unlessUsedWithin: values["unless-used-within"],
      onceCurrentUsed: values["once-current-used"],
    }) as Policy["retire"],
  };
}

function oneOf(kinds: readonly RotatingKind[]): string {
  return kinds.map(({ type }) => type).join(" or ");
}

function wholeNumber(given: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function shareOf(given: string): number | undefined {
  const value = /^\d*\.?\d+$/.test(given) ? Number(given) : Number.NaN;
  return value <= 1 ? value : undefined;
}
