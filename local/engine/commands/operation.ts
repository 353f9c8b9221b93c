import type { RunOptions, RunResult } from "../deployment/run.ts";
import { Cancellation } from "../deployment/runContext.ts";
import { previewJson } from "../display/previewJson.ts";
import { TextDisplay } from "../display/textDisplay.ts";
import { EngineFailure, exitCodes, ReportedFailure } from "../failure.ts";
import type { ConfigValue } from "../project/stackConfig.ts";
import { writeDeployment } from "../state/backend.ts";
import { decodeDeployment, encodeDeployment, type Snapshot } from "../state/deploymentFile.ts";
import { withLock } from "../state/lock.ts";
import type { Crypter } from "../state/passphrase.ts";
import { makeUrn, stackType } from "../state/resourceState.ts";
import { rememberSecret } from "../values/secretTexts.ts";
import {
  type Invocation,
  type OpenStack,
  openSecrets,
  openStack,
  openStateSecrets,
} from "./commandContext.ts";

/** A stack opened for an operation, with its secrets. */
export interface Operation {
  readonly invocation: Invocation;
  readonly opened: OpenStack;
  readonly crypter: Crypter;
  /** The state afresh: a preview marks what it would replace, which must not reach the update that follows. */
  readonly readBase: () => Snapshot;
  readonly config: ReadonlyMap<string, ConfigValue>;
}

/** How one operation is titled and run. */
export interface Phase {
  readonly title: string;
  readonly preview: boolean;
  /** What the CLI calls it in `error: update failed`. */
  readonly noun: string;
  readonly run: (options: RunOptions) => Promise<RunResult>;
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
    const opened = await openStack(invocation, first.stack);
    const crypter = await openSecrets(opened, invocation.env);
    const stateCrypter = await openStateSecrets(opened, crypter, invocation.env);
    const readBase = () => decodeDeployment(opened.deployment, stateCrypter);
    const config = opened.config.values(crypter);
    for (const { value, secret } of config.values()) if (secret) rememberSecret(value);
    await work({ invocation, opened, crypter, readBase, config });
  };
  if (options.locked) await withLock(first.backend, first.project.name, first.stack, prepare);
  else await prepare();
}

/** Runs one phase of an operation and shows it; fails when it failed. */
export async function runPhase(operation: Operation, phase: Phase): Promise<TextDisplay> {
  const { invocation, opened, crypter, config } = operation;
  const base = operation.readBase();
  const { flags, env, print } = invocation;
  const { project, backend, stack } = opened;
  const json = phase.preview && flags.has("json");
  const stackUrn = makeUrn(stack, project.name, "", stackType, `${project.name}-${stack}`);
  const display = new TextDisplay({
    preview: phase.preview,
    diff: flags.has("diff"),
    debug: flags.has("debug"),
    stackUrn,
    print: json ? () => {} : print,
  });
  if (!json) print(`${phase.title} (${stack}):`);
  const began = performance.now();
  const cancellation = new Cancellation();
  const stopListening = cancelOnSignals(cancellation);
  let result: RunResult;
  try {
    warnOfPendingOperations(display, base);
    result = await phase.run({
      project,
      stack,
      config,
      base,
      preview: phase.preview,
      parallel: flags.number("parallel") || 16,
      env,
      events: display,
      cancellation,
      save: async (snapshot) =>
        await writeDeployment(backend, project.name, stack, encodeDeployment(snapshot, crypter, new Date())),
    });
  } catch (error) {
    if (!json) display.finish(undefined, (performance.now() - began) / 1000);
    throw error;
  } finally {
    stopListening();
  }
  if (result.failed) {
    const how = stopListening.signalled() ? "canceled" : "failed";
    display.message("error", stackUrn, `${phase.preview ? "preview" : phase.noun} ${how}`);
  }
  if (json) print(JSON.stringify(previewJson(display.report, config), null, 4));
  else display.finish(result.outputs, (performance.now() - began) / 1000);
  if (result.failed) {
    const code = stopListening.signalled() ? exitCodes.cancelled : exitCodes.failure;
    throw new ReportedFailure(`${phase.noun} failed`, code);
  }
  return display;
}

/** Fails when changes were found although none were expected. */
export function refuseChanges({ invocation }: Operation, display: TextDisplay, preview: boolean): void {
  if (!invocation.flags.has("expect-no-changes") || !display.report.hasChanges) return;
  throw new EngineFailure(
    preview
      ? "no changes were expected for preview but changes were proposed"
      : "no changes were expected but changes occurred",
    exitCodes.unexpectedChanges,
  );
}

function warnOfPendingOperations(display: TextDisplay, base: Snapshot): void {
  const creating = base.pendingOperations.filter(({ type }) => type === "creating");
  if (creating.length === 0) return;
  const lines = creating.map(({ resource }) => `  * ${resource.urn}, interrupted while creating`);
  display.message(
    "warning",
    "",
    `Attempting to deploy or update resources with ${creating.length} pending operations from previous deployment.\n` +
      `${lines.join("\n")}\nThese resources are in an unknown state because the engine was interrupted while waiting ` +
      "for changes to complete. Check with the cloud provider whether they exist; then remove them from " +
      "`pending_operations` of an export of the stack and import it again.",
  );
}

// The first signal lets requests end; the second does not wait for them.
function cancelOnSignals(cancellation: Cancellation): (() => void) & { signalled: () => boolean } {
  let signalled = false;
  const stop = () => {
    if (signalled) cancellation.terminate();
    else cancellation.cancel();
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
