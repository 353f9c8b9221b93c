import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { EXIT } from "../exitCodes.ts";
import { RunFailed } from "./failure.ts";
import { jittered, type Ports } from "./ports.ts";

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** No run takes longer: a lock this old was left by one that was killed. */
const STALE_AFTER_MS = 60 * 60_000;

/** Does the work when nobody else changes the stack; waits for that, but no longer than `waitMs`. */
export async function whenUnlocked<Result>(
  waitMs: number,
  ports: Ports,
  work: () => Promise<Result>,
): Promise<Result> {
  const deadline = ports.now() + waitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConcurrentUpdateError)) throw error;
      const left = deadline - ports.now();
      if (left <= 0 || ports.signal.aborted) throw locked(error, ports);
      await ports.sleep(Math.min(jittered(pause, ports), left));
    }
  }
}

function locked(error: ConcurrentUpdateError, { now }: Ports): RunFailed {
  const since = lockedSince(error.message);
  if (since !== undefined && now() - since > STALE_AFTER_MS) {
    return new RunFailed(
      "STALE_LOCK",
      `The stack has been locked since ${new Date(since).toISOString()}.`,
      "Make sure that no run is in progress, then: pulumi cancel --yes.",
    );
  }
  return new RunFailed(
    "LOCKED",
    "Somebody else is changing the stack.",
    "Run again when that has ended.",
    EXIT.failed,
  );
}

/** When the oldest lock was made, where the message says so, as that of a backend in files does. */
function lockedSince(message: string): number | undefined {
  const times = [...message.matchAll(/\(pid \d+\) at (\S+)/g)].map(([, at = ""]) => Date.parse(at));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length > 0 ? Math.min(...known) : undefined;
}
