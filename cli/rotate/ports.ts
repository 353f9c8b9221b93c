/** What a run takes of the world around it, so that a test can have a clock and an engine of its own. */
export interface Ports {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
  /** What the engine prints. */
  print(text: string): void;
  /** The environment of the engine, beside that of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the run at the next moment at which nothing is half done. */
  readonly signal: AbortSignal;
}

/** The given time, half or one and a half of it, or anything between: two runs must not meet again and again. */
export function jittered(milliseconds: number, { random }: Ports): number {
  return milliseconds * (0.5 + random());
}
