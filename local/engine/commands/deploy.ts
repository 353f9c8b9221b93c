import { operationFlags } from "../commandLine.ts";
import { type RunOptions, type RunResult, runDestroy, runRefresh, runUpdate } from "../deployment/run.ts";
import { expectConfirmation, expectWords, type Invocation } from "./commandContext.ts";
import { refuseChanges, runPhase, withOperation } from "./operation.ts";

type Run = (options: RunOptions) => Promise<RunResult>;

/** `preview`: shows what `up` would do; writes nothing. */
export async function previewCommand(invocation: Invocation): Promise<void> {
  accept(invocation);
  await withOperation(invocation, { locked: false }, async (operation) => {
    const run = invocation.flags.has("refresh") ? refreshThenUpdate : runUpdate;
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
  const run = invocation.flags.has("refresh") ? refreshThenUpdate : runUpdate;
  await change(invocation, { preview: "Previewing update", title: "Updating", noun: "update" }, run);
}

/** `refresh`: brings the state up to what the providers report. */
export async function refreshCommand(invocation: Invocation): Promise<void> {
  await change(
    invocation,
    { preview: "Previewing refresh", title: "Refreshing", noun: "refresh" },
    runRefresh,
  );
}

/** `destroy`: deletes every resource of the stack. */
export async function destroyCommand(invocation: Invocation): Promise<void> {
  await change(
    invocation,
    { preview: "Previewing destroy", title: "Destroying", noun: "destroy" },
    runDestroy,
  );
}

async function change(
  invocation: Invocation,
  texts: { readonly preview: string; readonly title: string; readonly noun: string },
  run: Run,
): Promise<void> {
  accept(invocation);
  expectConfirmation(invocation.flags);
  await withOperation(invocation, { locked: true }, async (operation) => {
    const { noun } = texts;
    if (!invocation.flags.has("skip-preview")) {
      await runPhase(operation, { title: texts.preview, preview: true, noun, run });
    }
    const display = await runPhase(operation, { title: texts.title, preview: false, noun, run });
    refuseChanges(operation, display, false);
  });
}

async function refreshThenUpdate(options: RunOptions): Promise<RunResult> {
  const refreshed = await runRefresh(options);
  return refreshed.failed ? refreshed : await runUpdate({ ...options, base: refreshed.snapshot });
}

function accept({ flags, words }: Invocation): void {
  flags.allowOnly(Object.keys(operationFlags));
  expectWords(words, 0, 0);
}
