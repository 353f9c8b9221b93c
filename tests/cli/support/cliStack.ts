import { spawn } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Deployment,
  type DestroyOptions,
  LocalWorkspace,
  type OpMap,
  type PreviewOptions,
  PulumiCommand,
  type PulumiFn,
  type RefreshOptions,
  type Stack,
  type UpOptions,
} from "@pulumi/pulumi/automation/index.js";
import type { VirtualClock } from "../../../local/clock/virtualClock.ts";
import type { StoredDeployment, StoredResource } from "../../../local/engine/tests/support/stack.ts";
import type { LocalCredential, LocalIam } from "../../../local/iam/index.ts";
import { realEngine } from "../../../tools/engine.ts";
import { COMPILED } from "../../support/compiled.ts";
import { type Ended, endOf } from "../../support/ended.ts";

const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));
/** Where the plugin is, by the name under which the engine looks for it. */
export const PLUGIN = fileURLToPath(new URL("../../../dist/bundle", import.meta.url));
const PRELOAD = new URL("../../matrix/preload.ts", import.meta.url).href;

/** The passphrase of every stack of this kind. */
export const PASSPHRASE = "a test has nothing to hide";

const engine = await realEngine();
// The Automation API looks for the CLI, and the CLI for its hosts, on the PATH of this process.
process.env.PATH = engine.environment.PATH;
const pulumiCommand = await PulumiCommand.get();

/** How many resources each operation befell, but for those that stayed the same. */
export type Changes = OpMap;

export interface CliStackOptions {
  readonly iam: LocalIam;
  readonly program: PulumiFn;
  /** Absent: "things". */
  readonly project?: string;
  /** Absent: "dev". */
  readonly stack?: string;
  /** A stack that shares its backend with this one. Absent: this one has its own. */
  readonly beside?: CliStack;
  /** What the provider goes by. Absent: the real time. */
  readonly clock?: VirtualClock;
}

/**
 * A stack on the real engine whose program runs in this process, by Pulumi's Automation API. One at a time: the SDK takes a promise
 * or an error of another program in the process for one of this program's.
 */
export class CliStack implements AsyncDisposable {
  /** What is run; it may be another at any time. */
  program: PulumiFn;
  readonly iam: LocalIam;
  readonly #folder: string;
  readonly #backend: string;
  readonly #clock: VirtualClock | undefined;
  #automation: Stack | undefined;

  private constructor({ iam, program, clock, beside }: CliStackOptions, folder: string) {
    this.iam = iam;
    this.program = program;
    this.#clock = clock;
    this.#folder = folder;
    this.#backend = beside ? beside.#backend : folder;
  }

  /** Makes the stack, with nothing in it, or takes the one of that name in the backend. */
  static async create(options: CliStackOptions): Promise<CliStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-cli-"));
    const stack = new CliStack(options, folder);
    // The provider's process looks here for the SDK, and for the provider.
    await symlink(MODULES, path.join(folder, "node_modules"));
    const { project = "things", stack: name = "dev" } = options;
    stack.#automation = await LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: project, program: () => stack.program() },
      { workDir: folder, pulumiCommand, envVars: stack.#environment() },
    );
    return stack;
  }

  /** The path of a file that goes with the stack. */
  file(name: string): string {
    return path.join(this.#folder, name);
  }

  /** Runs `up`; rejects where it fails. */
  async up(options: UpOptions = {}): Promise<Changes> {
    const { summary } = await briefly(this.#stack.up(options));
    return changesOf(summary.resourceChanges);
  }

  async preview(options: PreviewOptions = {}): Promise<Changes> {
    return changesOf((await briefly(this.#stack.preview(options))).changeSummary);
  }

  async refresh(options: RefreshOptions = {}): Promise<Changes> {
    const { summary } = await briefly(this.#stack.refresh(options));
    return changesOf(summary.resourceChanges);
  }

  async destroy(options: DestroyOptions = {}): Promise<Changes> {
    const { summary } = await briefly(this.#stack.destroy(options));
    return changesOf(summary.resourceChanges);
  }

  /** Runs a command line of `pulumi` that needs no program, for the stack that is selected; rejects where it fails. */
  async pulumi(...words: string[]): Promise<Ended> {
    const child = spawn(engine.file, [...words, "--non-interactive"], {
      cwd: this.#folder,
      env: { ...process.env, ...this.#environment() },
    });
    // Whoever is asked for a passphrase gives the one that there was, and confirms it.
    child.stdin.end(`${PASSPHRASE}\n${PASSPHRASE}\n`);
    const ended = await endOf(child);
    if (ended.code === 0) return ended;
    throw new Error(`${words.join(" ")} ended with ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
  }

  /** The stack's state, with its secrets in the clear. */
  exportState(): Promise<Deployment> {
    return this.#stack.exportStack();
  }

  importState(state: Deployment): Promise<void> {
    return this.#stack.importStack(state);
  }

  /** The resources in the state, with their secrets in the clear. */
  async resources(): Promise<readonly StoredResource[]> {
    const { deployment } = await this.exportState();
    return (deployment as StoredDeployment).resources ?? [];
  }

  /** The one resource of this name in the state. */
  async resource(name: string): Promise<StoredResource> {
    const found = (await this.resources()).filter(({ urn }) => urn.endsWith(`::${name}`));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    throw new Error(`${found.length} resources are called ${name}`);
  }

  /** The stack's outputs, with its secrets. */
  async outputs(): Promise<Record<string, unknown>> {
    const outputs = await this.#stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #stack(): Stack {
    if (this.#automation === undefined) throw new Error("The stack is still being made.");
    // The time goes with each command.
    Object.assign(this.#automation.workspace.envVars, this.#environment());
    return this.#automation;
  }

  #environment(): Record<string, string> {
    return {
      ...engine.environment,
      PATH: [PLUGIN, engine.environment.PATH].join(path.delimiter),
      ...this.iam.environment,
      PULUMI_BACKEND_URL: `file://${this.#backend}`,
      PULUMI_HOME: path.join(this.#backend, ".home"),
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      NODE_COMPILE_CACHE: COMPILED,
      ...(this.#clock && {
        NODE_OPTIONS: `--import=${PRELOAD}`,
        MATRIX_PROVIDER: JSON.stringify({ clock: this.#clock.segment }),
      }),
    };
  }
}

/** The keys on a server, without the tokens that the use of keys brings. */
export function keysOf(iam: LocalIam): LocalCredential[] {
  return iam.keys().filter(({ kind }) => kind !== "yandex:IamToken");
}

/** The ids of the same, in the order of their making, by whom their descriptions say they belong to: "things/dev/uploads". */
export function idsByOwner(iam: LocalIam): Record<string, string[]> {
  const owners: Record<string, string[]> = {};
  for (const { id, description = "" } of keysOf(iam)) {
    const owner = /\[pulumi (.*?)(?: #\S+)?\]$/.exec(description)?.[1] ?? "";
    owners[owner] = [...(owners[owner] ?? []), id];
  }
  return owners;
}

/** What the CLI printed, once: the Automation API says it three times. */
function briefly<T>(run: Promise<T>): Promise<T> {
  return run.catch(({ message }: Error) => {
    throw new Error(message.split("err?: ")[0]);
  });
}

function changesOf({ same: _, ...changes }: OpMap = {}): Changes {
  return changes;
}
