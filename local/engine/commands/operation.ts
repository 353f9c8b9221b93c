import { statePath } from "../../../stack/files/backend.ts";
import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import type { Flags } from "../commandLine.ts";
import type { RunOptions, RunResult } from "../deployment/run.ts";
import { Cancellation } from "../deployment/runContext.ts";
import { Targets } from "../deployment/targets.ts";
import { BothDisplays } from "../display/bothDisplays.ts";
import { DigestDisplay } from "../display/digestDisplay.ts";
import type { EventLog } from "../display/eventLog.ts";
import { JsonEventDisplay } from "../display/jsonEventDisplay.ts";
import type { RunDisplay } from "../display/runDisplay.ts";
import { TextDisplay } from "../display/textDisplay.ts";
import { EngineFailure, exitCodes, ReportedFailure } from "../failure.ts";
import type { Project } from "../project/projectFile.ts";
import { decodeDeployment, type PendingOperation, type Snapshot } from "../state/deploymentFile.ts";
import { withLock } from "../state/lock.ts";
import { makeUrn, stackType } from "../state/resourceState.ts";
import { RunState } from "../state/runState.ts";
import { settleJournal } from "../state/stateFile.ts";
import { rememberSecret } from "../values/secretTexts.ts";
import {
  type Invocation,
  type OpenStack,
  openSecrets,
  openStack,
  openStateSecrets,
} from "./commandContext.ts";

/** The runs that there are. */
export type Runs = Awaited<ReturnType<typeof loadRuns>>;

/** A stack opened for an operation, with its secrets. */
export interface Operation {
  readonly invocation: Invocation;
  readonly opened: OpenStack;
  readonly state: RunState;
  /** The state afresh: a preview marks what it would replace, which must not reach the update that follows. */
  readonly readBase: () => Snapshot;
  readonly config: ReadonlyMap<string, ConfigValue>;
  readonly runs: Runs;
}

/** How one operation is titled and run. */
export interface Phase {
  readonly title: string;
  readonly preview: boolean;
  /** What the CLI calls it in `error: update failed`. */
  readonly noun: string;
  readonly run: (runs: Runs, options: RunOptions) => Promise<RunResult>;
}

/** Opens the stack, its configuration and its state, and runs `work`; locked unless it only looks. */
export async function withOperation(
  invocation: Invocation,
  options: { readonly locked: boolean },
  work: (operation: Operation) => Promise<void>,
): Promise<void> {
  const first = await openStack(invocation);
  const prepare = async () => {
    // Read again under the lock: somebody may have finished in between.
    const opened = options.locked ? await openSettled(invocation, first) : first;
    const [crypter, runs] = await Promise.all([openSecrets(opened, invocation.env), loadRuns()]);
    const stateCrypter = await openStateSecrets(opened, crypter, invocation.env);
    const readBase = () => decodeDeployment(opened.deployment, stateCrypter);
    const state = new RunState(opened, crypter, opened.digest);
    // A journal's secrets are those of its state: all are encrypted with one key.
    if (options.locked && stateCrypter !== crypter) await state.save(readBase());
    const config = opened.config.values(crypter);
    for (const { value, secret } of config.values()) if (secret) rememberSecret(value);
    await work({ invocation, opened, state, readBase, config, runs });
  };
  if (options.locked) await withLock(first.backend, first.project.name, first.stack, prepare);
  else await prepare();
}

// What runs programs and providers is large: it is loaded while the stack's key is derived from the passphrase.
async function loadRuns() {
  const { runUpdate, runRefresh, runDestroy } = await import("../deployment/run.ts");
  return { update: runUpdate, refresh: runRefresh, destroy: runDestroy };
}

/** The stack, with what an interrupted run left in its journal put into its state. */
async function openSettled(
  invocation: Invocation,
  { backend, project, stack }: OpenStack,
): Promise<OpenStack> {
  await settleJournal(statePath(backend, project.name, stack));
  return await openStack(invocation, stack);
}

/** Whether the command line or the project asks for a refresh before anything else. */
export function wantsRefresh(flags: Flags, project: Project): boolean {
  return flags.boolean("refresh") ?? project.refreshesAlways;
}

/** Runs one phase of an operation and shows it, to those also who follow its events; fails when it failed. */
export async function runPhase(operation: Operation, phase: Phase): Promise<RunDisplay> {
  const where = operation.invocation.flags.text("event-log");
  const log = where === undefined ? undefined : (await import("../display/eventLog.ts")).openEventLog(where);
  try {
    return await runShown(operation, phase, openDisplay(operation, phase, log));
  } finally {
    await log?.close();
  }
}

async function runShown(operation: Operation, phase: Phase, display: RunDisplay): Promise<RunDisplay> {
  const { invocation, opened, state, config, runs } = operation;
  const base = operation.readBase();
  const { flags, env } = invocation;
  const { project, stack } = opened;
  const began = performance.now();
  const cancellation = new Cancellation();
  const stopListening = cancelOnSignals(cancellation);
  let result: RunResult;
  try {
    if (!phase.preview && !wantsRefresh(flags, project) && phase.noun !== "refresh") {
      warnOfPendingOperations(display, base.pendingOperations);
    }
    result = await phase.run(runs, {
      project,
      stack,
      config,
      base,
      preview: phase.preview,
      parallel: flags.number("parallel") || 16,
      env,
      events: display,
      cancellation,
      targets: Targets.from(flags),
      state,
    });
  } catch (error) {
    display.finish({ outputs: undefined, failed: true, seconds: (performance.now() - began) / 1000 });
    throw error;
  } finally {
    stopListening();
  }
  if (result.failed) {
    const how = stopListening.signalled() ? "canceled" : "failed";
    display.message("error", "", `${phase.preview ? "preview" : phase.noun} ${how}`);
  }
  display.finish({ ...result, seconds: (performance.now() - began) / 1000 });
  if (result.failed) {
    const code = stopListening.signalled() ? exitCodes.cancelled : exitCodes.failure;
    throw new ReportedFailure(`${phase.noun} failed`, code);
  }
  return display;
}

function openDisplay(
  { invocation, opened, config }: Operation,
  phase: Phase,
  log: EventLog | undefined,
): RunDisplay {
  const { flags, env, print } = invocation;
  const { project, stack } = opened;
  const options = {
    preview: phase.preview,
    countsRefreshes: phase.noun === "refresh",
    diff: flags.has("diff"),
    debug: flags.has("debug"),
    suppressOutputs: flags.has("suppress-outputs"),
    stackUrn: makeUrn(stack, project.name, "", stackType, `${project.name}-${stack}`),
    print,
  };
  const streams = !phase.preview || env.PULUMI_ENABLE_STREAMING_JSON_PREVIEW === "true";
  const Display = !flags.has("json") ? TextDisplay : streams ? JsonEventDisplay : DigestDisplay;
  if (Display === TextDisplay) print(`${phase.title} (${stack}):`);
  const display = new Display(options, config);
  if (!log) return display;
  return new BothDisplays(display, new JsonEventDisplay({ ...options, print: log.write }, config));
}

/** Fails when changes were found although none were expected. */
export function refuseChanges({ invocation }: Operation, display: RunDisplay, preview: boolean): void {
  if (!invocation.flags.has("expect-no-changes") || !display.report.hasChanges) return;
  throw new EngineFailure(
    preview
      ? "no changes were expected for preview but changes were proposed"
      : "no changes were expected but changes occurred",
    exitCodes.unexpectedChanges,
  );
}

// As the CLI does: a preview says nothing, and a refresh clears all but the creates by itself.
function warnOfPendingOperations(display: RunDisplay, pending: readonly PendingOperation[]): void {
  if (pending.length === 0) return;
  const lines = pending.map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}`);
  display.message(
    "warning",
    "",
    `Attempting to deploy or update resources with ${pending.length} pending operations from previous deployment.\n` +
      `${lines.join("\n")}\nThese resources are in an unknown state because the engine was interrupted while waiting ` +
      "for changes to these resources to complete. You should confirm whether or not the operations listed completed " +
      "successfully by checking the state of the appropriate provider.\n\nOnce you have confirmed the status of the " +
      "interrupted operations, `pulumi refresh` clears them, but for pending CREATE operations: those are cleared by " +
      "`pulumi refresh --clear-pending-creates` when nothing was made, and kept by " +
      "`pulumi refresh --skip-pending-creates`.",
  );
}

// The first signal lets requests end; the second does not wait for them.
function cancelOnSignals(cancellation: Cancellation): (() => void) & { signalled: () => boolean } {
  let signalled = false;
  const stop = () => {
    if (signalled) cancellation.terminate();
    else cancellation.interrupt();
    signalled = true;
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const stopListening = () => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
  return Object.assign(stopListening, { signalled: () => signalled });
}
