import { existsSync } from "node:fs";
import {
  CommandError,
  type EngineEvent,
  LocalWorkspace,
  type Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { EXIT } from "../exitCodes.ts";
import { type Change, type DuePlan, duePlan, kindOf } from "./duePlan.ts";
import { engineFailure, keyFailure, setupFailure } from "./engineFailures.ts";
import { RunFailed } from "./failure.ts";
import type { Options } from "./options.ts";
import type { Ports } from "./ports.ts";
import { type StackFacts, stackFacts } from "./stackFacts.ts";
import { whenUnlocked } from "./stackLock.ts";

type Settings = Pick<Options, "stack" | "cwd" | "lockWaitMs">;

/** One command of the engine. */
type Command = (options: {
  readonly color: "never";
  readonly suppressProgress: true;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  readonly onEvent: (event: EngineEvent) => void;
}) => Promise<unknown>;

/** What pulumi-iam-keys says: "warning: uploads (yandex:RotatingStaticAccessKey): its previous key …", "uploads (…): new key: …". */
const LINE = /^(warning: )?(.+ \((?:yandex|aws):\w+\)[ :].+)$/gm;

/** What a command of the engine came to. */
interface Outcome {
  readonly changes: readonly Change[];
  /** What pulumi-iam-keys said in it. */
  readonly lines: readonly string[];
}

/** The stack, through the Automation API: the program's Pulumi.yaml and the backend are those of `pulumi up`. */
export class PulumiStack {
  readonly #stack: Stack;
  readonly #settings: Settings;
  readonly #ports: Ports;
  readonly #warnings = new Set<string>();

  private constructor(stack: Stack, settings: Settings, ports: Ports) {
    this.#stack = stack;
    this.#settings = settings;
    this.#ports = ports;
  }

  static async open(settings: Settings, ports: Ports): Promise<PulumiStack> {
    if (!existsSync(settings.cwd))
      throw new RunFailed("USAGE", `There is no folder ${settings.cwd}.`, "Correct --cwd.");
    try {
      const args = { stackName: settings.stack, workDir: settings.cwd };
      const stack = await LocalWorkspace.selectStack(args, { envVars: { ...ports.environment } });
      return new PulumiStack(stack, settings, ports);
    } catch (error) {
      throw cannotOpen(error, settings);
    }
  }

  /** What pulumi-iam-keys warned of. */
  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  async facts(): Promise<StackFacts> {
    try {
      return stackFacts(await this.#stack.exportStack());
    } catch (error) {
      throw setupFailure(messageOf(error), "The state cannot be read", "See: pulumi stack export.");
    }
  }

  /** Makes the next update carry out the order: the stack's config wins over the environment. */
  async order(order: string): Promise<void> {
    try {
      await this.#stack.setConfig("iam-keys:rotateNow", { value: order });
    } catch (error) {
      throw setupFailure(messageOf(error), "The order cannot be written down", "See: pulumi config.");
    }
  }

  async refresh({ clearPendingCreates }: { clearPendingCreates: boolean }): Promise<void> {
    await this.#changing((options) => this.#stack.refresh({ ...options, clearPendingCreates }));
  }

  /** What an update of the stack, which is as these facts say, would do. */
  async preview(facts: StackFacts, { refresh }: { refresh: boolean }): Promise<DuePlan> {
    const { changes, lines } = await this.#run((options) => this.#stack.preview({ ...options, refresh }));
    return duePlan(changes, lines, facts);
  }

  /** Updates these resources and what depends on them, and nothing else. */
  async up(urns: readonly string[]): Promise<void> {
    const confined = { target: [...urns], targetDependents: true };
    await this.#changing((options) => this.#stack.up({ ...options, ...confined, showSecrets: false }));
  }

  async #changing(command: Command): Promise<void> {
    await whenUnlocked(this.#settings.lockWaitMs, this.#ports, () => this.#run(command));
  }

  async #run(command: Command): Promise<Outcome> {
    const { signal, print } = this.#ports;
    if (signal.aborted) throw cancelled();
    const changes: Change[] = [];
    const messages: string[] = [];
    const lines: string[] = [];
    const errors: string[] = [];
    const onEvent = ({ resourcePreEvent, diagnosticEvent }: EngineEvent) => {
      if (resourcePreEvent) changes.push(changeOf(resourcePreEvent));
      if (!diagnosticEvent) return;
      const { urn, severity, message } = diagnosticEvent;
      messages.push(message);
      // It neither reads nor repeats other errors.
      if (severity === "error" && urn && kindOf(urn)) errors.push(message);
    };
    try {
      // It has its own signal, because the command never stops listening to it.
      const own = AbortSignal.any([signal]);
      await command({ color: "never", suppressProgress: true, signal: own, onOutput: print, onEvent });
    } catch (error) {
      if (signal.aborted) throw cancelled();
      // If a stack is locked, the caller says what to do.
      if (!(error instanceof Error) || error.name !== "CommandError") throw error;
      throw keyFailure(errors) ?? engineFailure(error.message);
    } finally {
      for (const [, warning, line = ""] of messages.join("\n").matchAll(LINE)) {
        lines.push(line);
        if (warning) this.#warnings.add(line);
      }
    }
    return { changes, lines };
  }
}

function changeOf({ metadata: { urn, op, old, new: wanted } }: NonNullable<EngineEvent["resourcePreEvent"]>) {
  return { urn, op, old: old?.inputs, new: wanted?.inputs };
}

function cancelled(): RunFailed {
  return new RunFailed(
    "CANCELLED",
    "The run was stopped from outside.",
    "Run again; nothing is lost.",
    EXIT.failed,
  );
}

function cannotOpen(error: unknown, { stack, cwd }: Settings): RunFailed {
  if (error instanceof StackNotFoundError) {
    const create = `pulumi stack init ${stack} && pulumi up`;
    return new RunFailed(
      "NO_STACK",
      `There is no stack ${stack} of the project in ${cwd}.`,
      `Make it: ${create}.`,
    );
  }
  const said = messageOf(error);
  if (error instanceof CommandError && /ENOENT/.test(said))
    return new RunFailed("NO_CLI", "There is no pulumi on the PATH.", "Install the Pulumi CLI.");
  return setupFailure(said, "The stack cannot be opened", `See: pulumi stack select ${stack}.`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
