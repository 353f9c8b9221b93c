/** What a run needs from outside, so that a test can have its own clock and engine. */
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
  /** Ends the run as soon as nothing is half done. */
  readonly signal: AbortSignal;
}

/** A random time around the given one (50 % to 150 %), so that two runs do not collide again and again. */
export function jittered(milliseconds: number, { random }: Ports): number {
  return milliseconds * (0.5 + random());
}
