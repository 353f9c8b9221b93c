/**
 * Loaded into the provider process: from SIGUSR2 on it watches how long the event loop stands still, and how long V8 collects
 * garbage meanwhile. It writes the longest of either, in milliseconds, into the file BENCH_STANDSTILLS as JSON when the
 * process is told to end.
 */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";

const delays = monitorEventLoopDelay({ resolution: 1 });
let longestCollection = 0;
process.on("SIGUSR2", () => {
  delays.reset();
  delays.enable();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestCollection = Math.max(longestCollection, duration);
  }).observe({ entryTypes: ["gc"] });
});
process.on("SIGTERM", () => {
  const { BENCH_STANDSTILLS: file } = process.env;
  if (file) writeFileSync(file, JSON.stringify({ block: delays.max / 1e6, collection: longestCollection }));
  process.exit(0);
});
