import { type Flags, operationFlags } from "../commandLine.ts";
import { EngineFailure } from "../failure.ts";
import { requireDeclared } from "../project/requiredConfig.ts";
import type { Snapshot } from "../state/deploymentFile.ts";
import { expectConfirmation, expectWords, type Invocation } from "./commandContext.ts";
import {
  type Operation,
  type Phase,
  refuseChanges,
  runPhase,
  wantsRefresh,
  withOperation,
} from "./operation.ts";

type Run = Phase["run"];

const update: Run = (runs, options) => runs.update(options);
const destroy: Run = (runs, options) => runs.destroy(options);

/** `preview`: shows what `up` would do; writes nothing. */
export async function previewCommand(invocation: Invocation): Promise<void> {
  accept(invocation);
  await withOperation(invocation, { locked: false }, async (operation) => {
    requireProgramConfig(operation);
    const run = refreshedBefore(invocation.flags, update);
    const display = await runPhase(operation, {
      title: "Previewing update",
      preview: true,
      noun: "update",
      run,
    });
    refuseChanges(operation, display, true);
  });
}

/** `up`: brings the stack to what the program asks for. */
export async function upCommand(invocation: Invocation): Promise<void> {
  const run = refreshedBefore(invocation.flags, update);
  await change(invocation, { preview: "Previewing update", title: "Updating", noun: "update", run });
}

/** `refresh`: brings the state up to what the providers report. */
export async function refreshCommand(invocation: Invocation): Promise<void> {
  const { flags } = invocation;
  const clears = flags.has("clear-pending-creates");
  if (clears && flags.has("skip-pending-creates")) {
    throw new EngineFailure("cannot set both --skip-pending-creates and --clear-pending-creates");
  }
  await change(invocation, {
    preview: "Previewing refresh",
    title: "Refreshing",
    noun: "refresh",
    run: async (runs, options) =>
      await runs.refresh(clears ? { ...options, base: withoutPendingCreates(options.base) } : options),
    flags: ["preview-only", "clear-pending-creates", "skip-pending-creates"],
  });
}

/** `destroy`: deletes every resource of the stack. */
export async function destroyCommand(invocation: Invocation): Promise<void> {
  const { flags, print } = invocation;
  await change(invocation, {
    preview: "Previewing destroy",
    title: "Destroying",
    noun: "destroy",
    run: refreshedBefore(flags, destroy),
    flags: ["preview-only"],
    finished: (stack) => {
      if (flags.has("json") || flags.has("target")) return;
      print(
        "The resources in the stack have been deleted, but the history and configuration associated with the stack " +
          `are still maintained. \nIf you want to remove the stack completely, run \`pulumi stack rm ${stack}\`.`,
      );
    },
  });
}

/** One of the commands that change a stack. */
interface Change {
  readonly preview: string;
  readonly title: string;
  readonly noun: string;
  readonly run: Run;
  /** Flags that this command takes beside those which all of them take. */
  readonly flags?: readonly string[];
  readonly finished?: (stack: string) => void;
}

async function change(invocation: Invocation, { preview, title, noun, run, ...more }: Change): Promise<void> {
  accept(invocation, more.flags);
  const { flags } = invocation;
  const previewOnly = flags.has("preview-only");
  expectConfirmation(flags);
  await withOperation(invocation, { locked: !previewOnly }, async (operation) => {
    if (noun === "update") requireProgramConfig(operation);
    if (previewOnly || !flags.has("skip-preview")) {
      const display = await runPhase(operation, { title: preview, preview: true, noun, run });
      if (previewOnly) return refuseChanges(operation, display, true);
    }
    const display = await runPhase(operation, { title, preview: false, noun, run });
    refuseChanges(operation, display, false);
    more.finished?.(operation.opened.stack);
  });
}

/** A program must find the configuration that its project declares; what runs no program does without. */
function requireProgramConfig({ opened: { project, stack }, config }: Operation): void {
  requireDeclared(project.declaredConfig, config, { project: project.name, stack });
}

function withoutPendingCreates(base: Snapshot): Snapshot {
  return { ...base, pendingOperations: base.pendingOperations.filter(({ type }) => type !== "creating") };
}

/** The run, and a refresh before it where one is asked for. */
function refreshedBefore(flags: Flags, run: Run): Run {
  return async (runs, options) => {
    if (!wantsRefresh(flags, options.project)) return await run(runs, options);
    const refreshed = await runs.refresh(options);
    return refreshed.failed ? refreshed : await run(runs, { ...options, base: refreshed.snapshot });
  };
}

function accept({ flags, words }: Invocation, more: readonly string[] = []): void {
  flags.allowOnly([...Object.keys(operationFlags), ...more]);
  expectWords(words, 0, 0);
}
