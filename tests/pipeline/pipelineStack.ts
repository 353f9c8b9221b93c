import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { markdown } from "../../cli/rotate/markdown.ts";
import type { Options } from "../../cli/rotate/options.ts";
import type { Ports } from "../../cli/rotate/ports.ts";
import type { Report } from "../../cli/rotate/report.ts";
import { rotateStack } from "../../cli/rotate/rotateStack.ts";
import { VirtualClock } from "../../local/clock/virtualClock.ts";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { COMPILED } from "../support/compiled.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PRELOAD = new URL("../matrix/preload.ts", import.meta.url).href;

/**
 * The Automation API looks for `pulumi` on the PATH of this process, where the engine of this project is found
 * before any CLI.
 */
export function useLocalEngine(): void {
  const folders = [path.dirname(process.execPath), path.join(ROOT, "local/engine/bin"), process.env.PATH];
  process.env.PATH = folders.join(path.delimiter);
}

export const STACK = "production";
export const DAY = 24 * 3600_000;

/** Where secrets belong. */
const CONSUMERS_FILES = ["uploads.credentials", "run.key.json"];

const OPTIONS: Omit<Options, "cwd"> = {
  stack: STACK,
  attempts: 1,
  lockWaitMs: 0,
  overdueMs: 3 * DAY,
  order: undefined,
  limits: { apart: [] },
  summaryFile: undefined,
  reportFile: undefined,
};

/** A repository in which `iam-keys init` is to write a program, with a cloud and a clock; `iam-keys rotate` runs in this process. */
export class PipelineStack implements AsyncDisposable {
  readonly iam: LocalIam;
  readonly clock: VirtualClock;
  readonly folder: string;
  /** How long the runs have slept, in milliseconds; nobody waits for it. */
  readonly slept: number[] = [];
  /** Called instead of waiting. */
  onSleep: () => void | Promise<void> = () => {};
  #printed = "";

  private constructor(folder: string, iam: LocalIam, clock: VirtualClock) {
    this.folder = folder;
    this.iam = iam;
    this.clock = clock;
  }

  /** The program and its stack are yet to be made. */
  static async create(): Promise<PipelineStack> {
    const clock = new VirtualClock();
    const iam = await startLocalIam({ now: clock.now });
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-pipeline-"));
    const stack = new PipelineStack(folder, iam, clock);
    await mkdir(path.join(folder, "state"));
    await mkdir(stack.repository);
    await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    return stack;
  }

  get repository(): string {
    return path.join(this.folder, "repository");
  }

  get program(): string {
    return path.join(this.repository, "keys");
  }

  /** A run of the schedule. */
  async rotate(options: Partial<Options> = {}, ports: Partial<Ports> = {}): Promise<Report> {
    const report = await rotateStack(
      { ...OPTIONS, cwd: this.program, ...options },
      {
        now: () => this.clock.now().getTime(),
        sleep: async (milliseconds) => {
          this.slept.push(milliseconds);
          this.clock.advance(milliseconds);
          await this.onSleep();
        },
        random: () => 0.5,
        print: (text) => {
          this.#printed += text;
        },
        environment: this.environment,
        signal: new AbortController().signal,
        ...ports,
      },
    );
    this.#printed += JSON.stringify(report) + markdown(report);
    return report;
  }

  /** What a person types. */
  async shell(
    script: string,
    environment: Readonly<Record<string, string>> = {},
    cwd = this.program,
  ): Promise<string> {
    const child = spawn("sh", ["-euc", script], {
      cwd,
      env: { ...process.env, ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, "close");
    this.#printed += output;
    if (code !== 0) throw new Error(`the script ended with ${code}\n${output}`);
    return output;
  }

  /** A file that the program has written for a consumer. */
  async file(name: string): Promise<string> {
    return readFile(path.join(this.program, name), "utf8");
  }

  /** Every secret that the server ever gave out and that stands where only a consumer's file may have it. */
  async leaks(): Promise<string[]> {
    const files = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile() && !CONSUMERS_FILES.includes(file.name))
      .map(async ({ parentPath, name }) => readFile(path.join(parentPath, name), "utf8"));
    const all = [this.#printed, ...(await Promise.all(texts))];
    // A PEM stands in JSON with its line ends escaped: one line of it is enough to find it.
    const lines = this.iam
      .secrets()
      .map((secret) => secret.split("\n").toSorted((a, b) => b.length - a.length)[0]);
    return lines.filter((line = "") => all.some((text) => text.includes(line))).map(String);
  }

  get environment(): Record<string, string> {
    return {
      ...this.iam.environment,
      PULUMI_BACKEND_URL: `file://${this.folder}/state`,
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a pipeline has it from its vault",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      NODE_COMPILE_CACHE: COMPILED,
      NODE_OPTIONS: `--import=${PRELOAD}`,
      MATRIX_PROVIDER: JSON.stringify({ clock: this.clock.segment }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.iam.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
