import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { VirtualClock } from "../../local/clock/virtualClock.ts";
import type { Engine } from "../../tools/engine.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLOCK = new URL("../../local/clock/preload.ts", import.meta.url).href;

/** A stack of the root Pulumi.yaml in a backend of its own, which vanishes with it. */
export class DemoStack implements AsyncDisposable {
  readonly engine: Engine;
  readonly name = `demo-${process.pid}`;
  readonly #clock: VirtualClock;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #printed = "";

  private constructor(folder: string, engine: Engine, clock: VirtualClock, environment: NodeJS.ProcessEnv) {
    this.engine = engine;
    this.#clock = clock;
    this.#folder = folder;
    this.#environment = environment;
  }

  /** @param clock by which its providers live */
  static async create(
    engine: Engine,
    clock: VirtualClock,
    environment: NodeJS.ProcessEnv,
  ): Promise<DemoStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-demo-"));
    const stack = new DemoStack(folder, engine, clock, {
      ...process.env,
      ...engine.environment,
      ...environment,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "a demo has nothing to hide",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      NODE_OPTIONS: `--import=${CLOCK}`,
    });
    try {
      await stack.run("stack", "init");
    } catch (error) {
      await stack[Symbol.asyncDispose]();
      throw error;
    }
    return stack;
  }

  /** Everything the runs printed so far. */
  get printed(): string {
    return this.#printed;
  }

  get stateFolder(): string {
    return this.#folder;
  }

  async setConfig(key: string, value: string): Promise<void> {
    await this.run("config", "set", key, value);
  }

  /** Runs a command and shows what it prints. */
  async show(...args: string[]): Promise<void> {
    const output = await this.run(...args, "--non-interactive", "--color", "never");
    console.log(output.trimEnd().replace(/^/gm, "    "));
  }

  /** Runs a command, throws where it fails, and returns what it printed. */
  async run(...args: string[]): Promise<string> {
    const { output, errors, code } = await this.#spawn(args);
    this.#printed += output + errors;
    if (code !== 0) throw new Error(`${args.join(" ")} failed with exit code ${code}:\n${output}${errors}`);
    return output;
  }

  /** The stack's outputs with its secrets, which are not counted as printed. */
  async outputs(): Promise<Record<string, string>> {
    const { output, errors, code } = await this.#spawn(["stack", "output", "--json", "--show-secrets"]);
    if (code !== 0) throw new Error(`stack output failed with exit code ${code}:\n${errors}`);
    return JSON.parse(output);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await rm(path.join(ROOT, `Pulumi.${this.name}.yaml`), { force: true });
  }

  async #spawn(args: readonly string[]) {
    const { file, args: first } = this.engine;
    const child = spawn(file, [...first, ...args, "--stack", this.name], {
      cwd: ROOT,
      env: { ...this.#environment, LOCAL_CLOCK: JSON.stringify(this.#clock.segment) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const [code] = await once(child, "close");
    return { output, errors, code: code as number | null };
  }
}
