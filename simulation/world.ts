import { mock } from "node:test";
import { type LocalCredential, type LocalIam, startLocalIam } from "../local/iam/index.ts";
import type { Ports } from "../provider/ports.ts";

// The AWS SDK signs with the clock of the process, so that one must be the world's too.
mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-01-05T12:00:00Z") });

export const SECOND = 1000;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;

export interface WorldOptions {
  /** In milliseconds since the epoch. Absent: where the last world of this process left the clock. */
  readonly startsAt?: number;
  readonly propagationMs?: number;
  /** Absent: it does. */
  readonly honoursIdempotencyKey?: boolean;
  /** The stack's configuration; without `yandex:…` and `aws:…` credentials the run is an administrator's. */
  readonly config?: Record<string, string>;
}

/** A stand-in for both clouds with a clock of its own, on which nothing waits. */
export interface World extends AsyncDisposable {
  readonly iam: LocalIam;
  readonly ports: Ports;
  /** What may be changed between two runs. */
  readonly config: Record<string, string>;
  /** By how much the clock of the machine that runs the stack is wrong, in milliseconds. */
  skew: number;
  readonly warnings: string[];
  /** What else was said. */
  readonly told: string[];
  /** The lines for machines: audit events, where they go to standard error. */
  readonly printed: string[];
  advance(milliseconds: number): void;
  /** The live keys of that owner, with the administrator's left out. */
  keysOf(owner: string): LocalCredential[];
}

/** The same clouds as another machine sees them, which has a clock and a screen of its own. */
export function elsewhere(world: World): World {
  const warnings: string[] = [];
  const printed: string[] = [];
  const there: World = {
    ...world,
    skew: 0,
    warnings,
    printed,
    ports: {
      ...world.ports,
      now: () => Date.now() + there.skew,
      warn: (message) => warnings.push(message),
      print: (line) => printed.push(line),
    },
  };
  return there;
}

/** Starts the server. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { startsAt, propagationMs = 0, honoursIdempotencyKey = true, config = {} } = options;
  if (startsAt !== undefined) mock.timers.setTime(startsAt);
  const iam = await startLocalIam({ now: () => new Date(), propagationMs, honoursIdempotencyKey });
  const { environment } = iam;
  // The AWS SDK takes its endpoint from nowhere else.
  process.env.AWS_ENDPOINT_URL = environment.AWS_ENDPOINT_URL;
  const settings: Record<string, string> = { "yandex:endpoint": iam.url, ...config };
  if (!settings["yandex:serviceAccountKeyFile"]) settings["yandex:token"] ??= environment.YC_TOKEN;
  settings["aws:accessKey"] ??= environment.AWS_ACCESS_KEY_ID;
  settings["aws:secretKey"] ??= environment.AWS_SECRET_ACCESS_KEY;
  const warnings: string[] = [];
  const told: string[] = [];
  const printed: string[] = [];
  let ids = 0;
  const advance = (milliseconds: number) => mock.timers.setTime(Date.now() + milliseconds);
  const world: World = {
    iam,
    config: settings,
    skew: 0,
    warnings,
    told,
    printed,
    ports: {
      now: () => Date.now() + world.skew,
      sleep: async (milliseconds) => advance(milliseconds),
      uuid: () => `resource-${++ids}`,
      environment: { AWS_ENDPOINT_URL: iam.url },
      config: (name) => settings[name],
      warn: (message) => warnings.push(message),
      tell: (message) => told.push(message),
      print: (line) => printed.push(line),
    },
    advance,
    keysOf: (owner) => iam.keys().filter((key) => key.owner === owner && key.kind !== "yandex:IamToken"),
    [Symbol.asyncDispose]: () => iam.close(),
  };
  return world;
}
