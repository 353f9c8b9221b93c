/**
 * Ends the processes of an engine that was killed. It reads `+pid` and `-pid` lines from its standard input, whose end
 * means that the engine is gone, however it went.
 */
import { createInterface } from "node:readline";

const alive = new Set<number>();

process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith("+")) alive.add(pid);
    else alive.delete(pid);
  })
  .on("close", () => {
    for (const pid of alive) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  });
