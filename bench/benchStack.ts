import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { endOf } from "../tests/support/ended.ts";
import type { Engine } from "../tools/engine.ts";
import { emptyPluginFolder } from "./emptyPlugin/folder.ts";
import { secondsOf } from "./measures/seconds.ts";
import type { ProgramSettings } from "./programSettings.ts";
import { type RunUsage, UsageFolder } from "./usage.ts";

const at = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const STACK = "dev";
const PLAINLY = ["--non-interactive", "--color", "never"];
/** Whatever takes longer hangs. */
const LONGEST_MS = 5 * 60_000;

/** What a stack consists of. */
export type Contents = Pick<ProgramSettings, "door" | "resources" | "count">;

/** What a command took. */
export interface Ran {
  readonly seconds: number;
  readonly usage: RunUsage;
}

/** A stack of the benches' program, in a folder of its own. */
export class BenchStack implements AsyncDisposable {
  readonly #folder: string;
  readonly #engine: Engine;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #usage: UsageFolder;

  private constructor(folder: string, engine: Engine, environment: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#engine = engine;
    this.#usage = new UsageFolder(path.join(folder, ".usage"));
    this.#environment = {
      ...process.env,
      ...engine.environment,
      ...environment,
      ...this.#usage.environment,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_HOME: path.join(folder, ".home"),
      PULUMI_CONFIG_PASSPHRASE: "a bench has nothing to hide",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    };
  }

  static async create(
    engine: Engine,
    contents: Contents,
    environment: Readonly<Record<string, string>>,
  ): Promise<BenchStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-bench-"));
    const plugin = contents.resources === "keys" ? at("dist/bundle") : await emptyPluginFolder();
    const stack = new BenchStack(folder, engine, {
      ...environment,
      ...(contents.door === "native" && {
        PATH: [plugin, engine.environment.PATH].join(path.delimiter),
      }),
    });
    const write = (file: string, content: string) => writeFile(path.join(folder, file), content);
    await symlink(at("node_modules"), path.join(folder, "node_modules"));
    await cp(at("bench/program"), folder, { recursive: true });
    await write("package.json", JSON.stringify({ name: "bench", type: "module", main: "index.ts" }));
    await write("Pulumi.yaml", "name: bench\nruntime:\n  name: nodejs\n  options: { typescript: false }\n");
    await stack.#run([], "stack", "init", STACK);
    return stack;
  }

  async program(settings: Omit<ProgramSettings, "outputs">): Promise<void> {
    const outputs = settings.door === "native" ? await declaredOutputs() : {};
    await writeFile(path.join(this.#folder, "program.json"), JSON.stringify({ ...settings, outputs }));
  }

  /** Runs `up`, `refresh` or `destroy` to its end. */
  async operation(name: string, ...options: string[]): Promise<Ran> {
    await this.#usage.clear();
    const seconds = await secondsOf(() => this.#run(options, name, "--yes", "--skip-preview", ...PLAINLY));
    return { seconds, usage: await this.#usage.left() };
  }

  async preview(): Promise<void> {
    await this.#run([], "preview", ...PLAINLY);
  }

  /** The stack's state, with its secrets in the clear. */
  async exported(): Promise<Exported> {
    return JSON.parse(await this.#run(["--show-secrets"], "stack", "export"));
  }

  /** Puts this in the place of the stack's state. */
  async imported(state: Exported): Promise<void> {
    const file = path.join(this.#folder, "imported.json");
    await writeFile(file, JSON.stringify(state));
    await this.#run(["--file", file], "stack", "import");
  }

  /** The resources in the state file. */
  async resources(): Promise<StoredResource[]> {
    const file = path.join(this.#folder, ".pulumi/stacks/bench", `${STACK}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    return checkpoint.latest?.resources ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #run(options: readonly string[], ...words: string[]): Promise<string> {
    const { file, args } = this.#engine;
    const child = spawn(file, [...args, ...words, ...options], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_MS,
    });
    const { code, stdout, stderr } = await endOf(child);
    if (code === 0) return stdout;
    throw new Error(`${words.join(" ")} ended with ${code}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`);
  }
}

/** A resource as it stands in the state file. */
export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** As `pulumi stack export` writes it. */
export interface Exported {
  readonly version: number;
  readonly deployment: { readonly resources: readonly StoredResource[] };
}

async function declaredOutputs(): Promise<ProgramSettings["outputs"]> {
  const { resources } = JSON.parse(await readFile(at("schema.json"), "utf8"));
  return Object.fromEntries(
    Object.entries<{ properties: object }>(resources).map(([type, { properties }]) => [
      type,
      Object.keys(properties),
    ]),
  );
}
