import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import { EngineFailure, messageOf } from "../failure.ts";
import { ChildProcesses } from "../processes/childProcesses.ts";
import { alreadyReportedExitCode, configEnvironment, startProgram } from "../processes/program.ts";
import type { Project } from "../project/projectFile.ts";
import { ProviderRegistry } from "../providers/providerRegistry.ts";
import { addEngineService } from "../servers/engineService.ts";
import { GrpcServer } from "../servers/grpcServer.ts";
import { addMonitorService } from "../servers/monitorService.ts";
import type { Snapshot } from "../state/deploymentFile.ts";
import { isProviderType, stackType } from "../state/resourceState.ts";
import type { RunState } from "../state/runState.ts";
import { SnapshotManager } from "../state/snapshotManager.ts";
import type { PropertyMap } from "../values/propertyValue.ts";
import { planDeletes, scheduleDeletes } from "./deletePlanner.ts";
import { Planner } from "./planner.ts";
import { PlanRecord } from "./planRecord.ts";
import { refreshResources } from "./refresh.ts";
import { Registrar } from "./registrar.ts";
import type { Cancellation, RunContext } from "./runContext.ts";
import type { RunEvents } from "./runEvents.ts";
import type { Step } from "./step.ts";
import { StepExecutor } from "./stepExecutor.ts";
import type { Targets } from "./targets.ts";

/** What a run works on and how. */
export interface RunOptions {
  readonly project: Project;
  readonly stack: string;
  readonly config: ReadonlyMap<string, ConfigValue>;
  readonly base: Snapshot;
  readonly preview: boolean;
  readonly parallel: number;
  readonly env: NodeJS.ProcessEnv;
  readonly events: RunEvents;
  readonly cancellation: Cancellation;
  /** What the run is confined to, if it is. */
  readonly targets: Targets | undefined;
  readonly state: RunState;
}

/** How a run ended. */
export interface RunResult {
  readonly failed: boolean;
  readonly outputs: { readonly old: PropertyMap; readonly new: PropertyMap } | undefined;
}

/** Brings the stack to what the program asks for. */
export async function runUpdate(options: RunOptions): Promise<RunResult> {
  return await withEngine(options, async (engine) => await update(engine, options));
}

/** Deletes every resource of the stack. */
export async function runDestroy(options: RunOptions): Promise<RunResult> {
  return await withEngine(options, async ({ context }) => {
    const record = new PlanRecord(context.previous);
    const executor = new StepExecutor(context, record, options.parallel);
    const failed = await deleteTheRest(context, record, executor);
    return { failed: reportMissingTargets(context, record) || failed, outputs: undefined };
  });
}

/** Brings the state up to what the providers report. Returns it too, for an update that is to follow. */
export async function runRefresh(options: RunOptions): Promise<RunResult & { readonly snapshot: Snapshot }> {
  return await withEngine(options, async ({ context }) => {
    const { resources, failed } = await refreshResources(context, options.parallel);
    const snapshot = {
      resources,
      pendingOperations: options.base.pendingOperations.filter(({ type }) => type === "creating"),
    };
    context.snapshot?.replace(snapshot);
    const outputs = resources.find(({ type }) => type === stackType)?.outputs;
    return {
      failed: reportMissingTargets(context, new PlanRecord(context.previous)) || failed,
      outputs: outputs && { old: outputs, new: outputs },
      snapshot,
    };
  });
}

interface Engine {
  readonly context: RunContext;
  readonly processes: ChildProcesses;
  readonly address: string;
  readonly serve: (registrar: Registrar) => void;
}

async function withEngine<T extends RunResult>(
  options: RunOptions,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const processes = new ChildProcesses(options.preview ? undefined : options.state.path);
  options.cancellation.onTerminate(() => void processes.close());
  const server = new GrpcServer();
  addEngineService(server, options.events);
  const facts = { ...options, project: options.project.name };
  // Services must be there before the port is; the registrar needs the port first.
  let registrar: Registrar | undefined;
  addMonitorService(server, facts, () => {
    if (registrar === undefined) throw new EngineFailure("no program is running");
    return registrar;
  });
  const address = await server.listen();
  const providers = new ProviderRegistry(
    {
      processes,
      engineAddress: address,
      programFolder: options.project.programFolder,
      env: {
        ...options.env,
        ...configEnvironment(options.config),
        PULUMI_PROJECT: options.project.name,
        PULUMI_NODEJS_PROJECT: options.project.name,
        PULUMI_NODEJS_STACK: options.stack,
      },
      onLine: (line) => options.events.output(line),
    },
    options.base.resources,
  );
  options.cancellation.onInterrupt(() => void providers.cancel());
  const context: RunContext = {
    project: options.project.name,
    stack: options.stack,
    preview: options.preview,
    previous: options.base.resources,
    providers,
    snapshot: options.preview ? undefined : new SnapshotManager(options.base, options.state),
    events: options.events,
    cancellation: options.cancellation,
    targets: options.targets,
  };
  try {
    const result = await work({
      context,
      processes,
      address,
      serve: (served) => {
        registrar = served;
      },
    });
    return (await isStateWritten(context, options)) ? result : { ...result, failed: true };
  } finally {
    await options.state.close();
    await processes.close();
    await providers.close();
    server.close();
  }
}

// A run that cannot write its state has stopped; what it did must not be forgotten all the same.
async function isStateWritten({ snapshot, events }: RunContext, options: RunOptions): Promise<boolean> {
  const problem = await snapshot?.settle();
  if (snapshot === undefined || problem === undefined) return true;
  events.message("error", "", `${messageOf(problem)}\n${await options.state.rescue(snapshot.current())}`);
  return false;
}

async function update(engine: Engine, options: RunOptions): Promise<RunResult> {
  const { context } = engine;
  // A program takes a while to come to its first resource, and a provider to start: most likely it is the same one.
  for (const state of context.previous) if (isProviderType(state.type)) context.providers.warmUp(state);
  const planner = new Planner(context);
  const executor = new StepExecutor(context, planner.record, options.parallel);
  const registrar = new Registrar(context, planner, executor, options.config);
  engine.serve(registrar);
  const programFailed = await runProgram(engine, options);
  await registrar.drain();
  let failed = programFailed || registrar.failed || executor.failed || context.cancellation.cancelled;
  if (!failed) failed = await deleteTheRest(context, planner.record, executor);
  if (!failed) failed = reportMissingTargets(context, planner.record) || planner.refusedInPreview;
  return { failed, outputs: registrar.finishStack(failed) };
}

/** Runs the user's program to its end; whether it failed. */
async function runProgram(engine: Engine, options: RunOptions): Promise<boolean> {
  const { context } = engine;
  const program = startProgram(engine.processes, {
    ...options,
    address: engine.address,
    onLine: (line) => context.events.output(line),
  });
  // The SDK stops the program when its registrations are refused, unless it has none under way.
  const grace = 2_000;
  let timer: NodeJS.Timeout | undefined;
  context.cancellation.onCancel(() => {
    timer = setTimeout(() => program.kill(), grace);
  });
  const { code, signal } = await program.ended;
  clearTimeout(timer);
  if (code === 0) return false;
  if (!context.cancellation.cancelled && code !== alreadyReportedExitCode) {
    const how = signal === null ? `with non-zero exit code: ${code}` : `by signal ${signal}`;
    context.events.message("error", "", `Program exited ${how}`);
  }
  return true;
}

/** Deletes what the program no longer has; whether that failed, or was refused. */
async function deleteTheRest(
  context: RunContext,
  record: PlanRecord,
  executor: StepExecutor,
): Promise<boolean> {
  const { steps, refusals } = planDeletes(context.previous, record, context.targets);
  for (const { urn, text } of refusals) context.events.message("error", urn, text);
  // A preview shows them all the same.
  if (refusals.length > 0 && !context.preview) return true;
  return (await applyDeletes(steps, context, executor)) || refusals.length > 0;
}

/** Says which targets there are none of; whether there are such. */
function reportMissingTargets({ targets, previous, events }: RunContext, record: PlanRecord): boolean {
  const known = new Set(previous.map(({ urn }) => urn));
  const texts = targets?.missing((urn) => known.has(urn) || record.registered.has(urn)) ?? [];
  for (const text of texts) events.message("error", "", text);
  return texts.length > 0;
}

/** Applies deletes, dependents before what they depend on; whether one failed. */
async function applyDeletes(
  steps: readonly Step[],
  context: RunContext,
  executor: StepExecutor,
): Promise<boolean> {
  for (const group of scheduleDeletes(steps, context.previous)) {
    const results = await Promise.allSettled(group.map((step) => executor.applyAll([step])));
    if (results.some(({ status }) => status === "rejected")) return true;
  }
  return false;
}
