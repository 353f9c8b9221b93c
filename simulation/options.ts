import { compact } from "../provider/lifecycle/properties.ts";
import { parseDuration } from "../provider/rotation/duration.ts";
import type { RotationWindow } from "../provider/rotation/window.ts";
import type { Given, OptionName } from "./givenOptions.ts";
import type { Policy } from "./oldestAllowed.ts";
import type { Pipeline } from "./pipeline.ts";
import { type RotatingKind, rotatingKinds } from "./rotatingKinds.ts";
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

/** Where the properties of the resource stand on the command line. */
const PROPERTIES: Readonly<Record<string, OptionName>> = {
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

/** Reads what the command line gives; throws `BadOptions`. */
export async function readOptions(values: Given): Promise<Options> {
  const kinds = await rotatingKinds();
  const problems: string[] = [];
  const read = <Value>(name: OptionName, reader: (given: string) => Value | undefined, right: string) => {
    const given = String(values[name] ?? "");
    const value = reader(given);
    if (value === undefined) problems.push(`--${name} must be ${right}, not "${given}"`);
    return value as Value;
  };
  const duration = 'a duration such as "30m", "12h" or "30d"';
  const share = "a share such as 0.1, from 0 to 1";
  const options: Options = {
    kind: read("kind", (type) => kinds.find((kind) => kind.type === type), oneOf(kinds)),
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

/** The provider itself says what is wrong with a policy, so this one is taken as it was given. */
function policyOf(values: Given): Policy {
  const window = compact({
    days: values["window-days"]?.split(","),
    hours: values["window-hours"],
    timeZone: values["window-time-zone"],
    maxDelay: values["window-max-delay"],
  }) as Partial<RotationWindow>;
  return {
    rotate: {
      every: values.every ?? "",
      ...compact({ lead: values.lead, jitter: values.jitter }),
      ...(Object.keys(window).length > 0 ? { window: window as RotationWindow } : {}),
    },
    overlap: values.overlap ?? "",
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
