import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { COMPILED } from "../tests/support/compiled.ts";
import { endOf } from "../tests/support/ended.ts";
import { type Engine, localEngine } from "../tools/engine.ts";
import { secondsOf } from "./measures/seconds.ts";
import type { ProgramSettings } from "./programSettings.ts";

const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./program/index.ts", import.meta.url));
const STACK = "dev";

export const LOCAL_ENGINE: Engine = {
  ...localEngine,
  // What Node has compiled is there in the next run, as it is in a user's home; here each stack has a home of its own.
  environment: { ...localEngine.environment, NODE_COMPILE_CACHE: COMPILED },
};

/** A stack of the benches' program, in a folder of its own. */
export class BenchStack implements AsyncDisposable {
  readonly folder: string;
  readonly #engine: Engine;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string, engine: Engine, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#engine = engine;
    this.#environment = {
      ...process.env,
      ...engine.environment,
      ...environment,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_HOME: path.join(folder, ".home"),
      PULUMI_CONFIG_PASSPHRASE: "a bench has nothing to hide",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    };
  }

  static async create(engine: Engine, environment: Readonly<Record<string, string>>): Promise<BenchStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-bench-"));
    const stack = new BenchStack(folder, engine, environment);
    const write = (file: string, content: string) => writeFile(path.join(folder, file), content);
    await symlink(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
    await copyFile(PROGRAM, path.join(folder, "index.ts"));
    await write("package.json", JSON.stringify({ name: "bench", type: "module", main: "index.ts" }));
    await write("Pulumi.yaml", "name: bench\nruntime:\n  name: nodejs\n  options: { typescript: false }\n");
    await stack.#run("stack", "init", STACK);
    return stack;
  }

  async program(settings: ProgramSettings): Promise<void> {
    await writeFile(path.join(this.folder, "program.json"), JSON.stringify(settings));
  }

  /** Runs `up`, `refresh` or `destroy` to its end; resolves to the seconds that it took. */
  async operation(name: string): Promise<number> {
    return await secondsOf(() =>
      this.#run(name, "--yes", "--skip-preview", "--non-interactive", "--color", "never"),
    );
  }

  async preview(): Promise<void> {
    await this.#run("preview", "--non-interactive", "--color", "never");
  }

  /** The resources in the state file. */
  async resources(): Promise<StoredResource[]> {
    const file = path.join(this.folder, ".pulumi/stacks/bench", `${STACK}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    return checkpoint.latest?.resources ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #run(...words: string[]): Promise<void> {
    const { file, args } = this.#engine;
    const child = spawn(file, [...args, ...words], {
      cwd: this.folder,
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, stdout, stderr } = await endOf(child);
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
  }
}

/** A resource as it stands in the state file. */
export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}
