import type { Ports } from "../../provider/ports.ts";

export interface FakePorts extends Ports {
  /** Milliseconds since the epoch, for the test to move; a sleep moves it too. */
  time: number;
  /** How long each sleep was to take. */
  readonly sleeps: number[];
  readonly warnings: string[];
  readonly told: string[];
  /** The lines for machines. */
  readonly printed: string[];
}

/** Ports without a world behind them: nothing waits, and no setting comes from outside the test. */
export function fakePorts(
  settings: {
    readonly config?: Readonly<Record<string, string>>;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): FakePorts {
  let ids = 0;
  const ports: FakePorts = {
    time: Date.now(),
    sleeps: [],
    warnings: [],
    told: [],
    printed: [],
    now: () => ports.time,
    async sleep(milliseconds) {
      ports.sleeps.push(milliseconds);
      ports.time += milliseconds;
    },
    uuid() {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, "0")}`;
    },
    environment: settings.environment ?? {},
    config: (name) => settings.config?.[name],
    warn: (message) => ports.warnings.push(message),
    tell: (message) => ports.told.push(message),
    print: (line) => ports.printed.push(line),
  };
  return ports;
}
