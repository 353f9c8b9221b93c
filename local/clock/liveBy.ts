import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";
import { promisify } from "node:util";
import { type ClockSegment, virtualTime } from "./virtualClock.ts";

/** Whether this process is a provider's, dynamic or plugin. Engines live by real time: they have locks and leases. */
export function isProvider(): boolean {
  return /dynamic-provider|bundle\/main\.js$/.test(process.argv[1] ?? "");
}

/** From now on this process reads the time from the clock, and its waits are as much shorter as that runs faster. */
export function liveBy(clock: ClockSegment): void {
  const RealDate = Date;
  const now = () => Math.floor(virtualTime(clock, RealDate.now()));
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  });
  const { setTimeout: real } = timers;
  const wait = promises.setTimeout;
  const setTimeout = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    real(work, ms / clock.rate, ...args);
  promises.setTimeout = (ms = 0, ...rest) => wait(ms / clock.rate, ...rest);
  Object.defineProperty(setTimeout, promisify.custom, { value: promises.setTimeout });
  globalThis.setTimeout = timers.setTimeout = setTimeout as typeof globalThis.setTimeout;
  syncBuiltinESMExports();
}
