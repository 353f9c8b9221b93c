/**
 * Ends the processes of an engine that was killed, and puts the journal of its run into the state file, which is named on
 * the command line where the run may write it. It reads `+pid` and `-pid` lines from its standard input, whose end means
 * that the engine is gone, however it went.
 */
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { journalPath } from "../state/journal.ts";

const alive = new Set<number>();

process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith("+")) alive.add(pid);
    else alive.delete(pid);
  })
  .on("close", async () => {
    for (const pid of alive) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    const [, , statePath] = process.argv;
    if (statePath === undefined || !existsSync(journalPath(statePath))) return;
    const { settleJournal } = await import("../state/stateFile.ts");
    // Nobody is there to be told of a failure: whoever opens the stack next tries again, and says so.
    await settleJournal(statePath).catch(() => {});
  });
