import { nameOf } from "../../stack/files/urn.ts";
import { EXIT } from "../exitCodes.ts";
import { type DuePlan, subjectOf } from "./duePlan.ts";
import { type Ending, nothingYet, reportOf } from "./ending.ts";
import { causeIn } from "./engineFailures.ts";
import { type Failure, RunFailed } from "./failure.ts";
import { openMatters } from "./openMatters.ts";
import type { Options } from "./options.ts";
import { jittered, type Ports } from "./ports.ts";
import { PulumiStack } from "./pulumiStack.ts";
import type { Report } from "./report.ts";
import { shareOf } from "./share.ts";
import type { StackFacts } from "./stackFacts.ts";

const PAUSE_BEFORE_RETRY_MS = 20_000;

/** Rotates what is due in the stack, and says what it did. Fails with nothing but a report of why. */
export async function rotateStack(options: Options, ports: Ports): Promise<Report> {
  const startedAt = new Date(ports.now()).toISOString();
  const ending = nothingYet();
  try {
    const stack = await PulumiStack.open(options, ports);
    ending.before = ending.after = await stack.facts();
    if (ending.before.isEmpty) throw notDeployed(options);
    if (options.order !== undefined) await stack.order(options.order);
    await attempt(stack, options, ports, ending);
    ending.warnings = stack.warnings;
    const left = openMatters(ending.after, ending.warnings, options, ports.now(), ending.failures.length > 0);
    ending.failures = [...ending.failures, ...left];
  } catch (error) {
    ending.failures = [...ending.failures, asFailure(error)];
  }
  return reportOf(options, ports, startedAt, ending);
}

/** Tries until it succeeds, as often as the options allow. A failure that no retry mends ends it at once. */
async function attempt(stack: PulumiStack, options: Options, ports: Ports, ending: Ending): Promise<void> {
  for (;;) {
    ending.attempts += 1;
    try {
      const { plan, after } = await rotateOnce(stack, options, ending);
      ending.edits = plan.edits.map(nameOf);
      ending.failures = [];
      ending.after = after;
      return;
    } catch (error) {
      const failure = asFailure(error);
      ending.failures = [failure];
      // The state has what the run did before it failed.
      ending.after = await stack.facts();
      const isOver =
        failure.exitCode !== EXIT.failed || ending.attempts >= options.attempts || ports.signal.aborted;
      // It has waited for the lock already.
      if (isOver || failure.code === "LOCKED") return;
    }
    await ports.sleep(jittered(PAUSE_BEFORE_RETRY_MS, ports));
  }
}

/** Refresh, preview, update of what is due, and a look at whether that has made everything right. */
async function rotateOnce(
  stack: PulumiStack,
  { limits }: Options,
  ending: Ending,
): Promise<{ plan: DuePlan; after: StackFacts }> {
  const { after: before } = ending;
  const { pendingCreates } = before;
  const clearPendingCreates = pendingCreates.every(({ isFindable }) => isFindable);
  await stack.refresh({ clearPendingCreates: clearPendingCreates && pendingCreates.length > 0 });
  const plan = await stack.preview(before, { refresh: false });
  ending.share = shareOf(plan, before, limits, ending.share.taken);
  const { putOff } = ending.share;
  const due = [...plan.rotations, ...plan.upkeep].filter((urn) => !putOff.has(urn));
  // A second attempt repeats the message with another time.
  const known = [...ending.due.map(subjectIn), ...[...putOff].map(subjectOf)];
  ending.due = [...ending.due, ...plan.said.filter((line) => !known.includes(subjectIn(line)))];
  if (due.length === 0) {
    return { plan, after: clearPendingCreates ? { ...before, pendingCreates: [] } : before };
  }
  await stack.up(due);
  ending.updated = [...new Set([...ending.updated, ...due.map(nameOf)])];
  const after = await stack.facts();
  // This uses the credentials of the next run: every key and every file exists.
  const left = await stack.preview(after, { refresh: true });
  // A previous key that is in use stays due; what is not a key may never be as its program says.
  const undone = left.rotations.filter((urn) => !putOff.has(urn));
  if (undone.length === 0) return { plan: left, after };
  throw new RunFailed(
    "UNVERIFIED",
    `Still due after the run: ${undone.map(nameOf).join(", ")}.`,
    "Run again; nothing is lost.",
    EXIT.failed,
  );
}

/** "uploads (yandex:StaticAccessKey)", of a line about it. */
function subjectIn(line: string): string {
  return line.replace(/\): .*/s, ")");
}

function notDeployed({ stack }: Options): RunFailed {
  return new RunFailed("NOT_DEPLOYED", `The stack ${stack} is empty.`, "Deploy it: pulumi up.");
}

function asFailure(error: unknown): Failure {
  if (error instanceof RunFailed) {
    const { code, what, advice, exitCode } = error;
    return { code, what, advice, exitCode };
  }
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: "UNEXPECTED",
    what: `The run failed in an unexpected way (${causeIn(cause)}).`,
    advice: "Run again; nothing is lost.",
    exitCode: EXIT.failed,
  };
}
