/**
 * Loaded into the provider process: from SIGUSR2 on it watches how long the event loop stands still, and writes the longest
 * time, in milliseconds, into the file BENCH_LONGEST_BLOCK when the process is told to end.
 */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const delays = monitorEventLoopDelay({ resolution: 1 });
process.on("SIGUSR2", () => {
  delays.reset();
  delays.enable();
});
process.on("SIGTERM", () => {
  const { BENCH_LONGEST_BLOCK: file } = process.env;
  if (file) writeFileSync(file, String(delays.max / 1e6));
  process.exit(0);
});
