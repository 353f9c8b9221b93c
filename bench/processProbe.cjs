/**
 * Loaded into every Node.js process of a run (`--require`): when the process ends, it leaves in the folder BENCH_USAGE what it
 * took. It is CommonJS, and small, so that it adds next to nothing to what is measured. From SIGUSR2 on it also watches how
 * long the event loop stands still, and how long V8 collects garbage meanwhile.
 */
const { readFileSync, writeFileSync } = require("node:fs");

const [, main] = process.argv;
const folder = process.env.BENCH_USAGE;

if (folder !== undefined && main !== undefined) {
  let standstills = () => ({});
  process.once("SIGUSR2", () => {
    standstills = watchStandstills();
  });
  process.once("exit", () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const seconds = (userCPUTime + systemCPUTime) / 1e6;
    const usage = { main, seconds, memory: mostMemory(), ...standstills() };
    writeFileSync(`${folder}/${process.pid}.json`, JSON.stringify(usage));
  });
  // The engine ends a provider by a signal, which without a listener would end it without an "exit".
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => {
      if (process.listenerCount(signal) === 0) process.exit();
    });
}

/** In bytes. getrusage counts what the process that started this one had, too; so where Linux tells better, it is asked. */
function mostMemory() {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

/** The longest of either, in milliseconds. */
function watchStandstills() {
  const { monitorEventLoopDelay, PerformanceObserver } = require("node:perf_hooks");
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  let collection = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collection = Math.max(collection, duration);
  }).observe({ entryTypes: ["gc"] });
  return () => ({ block: delays.max / 1e6, collection });
}
