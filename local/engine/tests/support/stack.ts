import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { COMPILED } from "../../../../tests/support/compiled.ts";
import { type Ended, endOf } from "../../../../tests/support/ended.ts";
import { type Engine, localEngine } from "../../../../tools/engine.ts";
import { programText, providerText } from "./fixtureProgram.ts";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/** A resource of the fixture program. */
export interface ThingJson {
  name: string;
  /** The type of a component, which has no props; without it, a resource of the provider. */
  component?: string;
  props?: Record<string, unknown>;
  opts?: Record<string, unknown>;
}

/** What the fixture program does. */
export interface ProgramJson {
  resources: ThingJson[];
  outputs?: Record<string, unknown>;
  throws?: string;
  log?: string;
  print?: string;
}

/** A resource as it stands in the state file. */
export interface StoredResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  [field: string]: unknown;
}

/** A deployment as it stands in the state file. */
export interface StoredDeployment {
  secrets_providers?: { state?: { salt?: string } };
  resources?: StoredResource[];
  pending_operations?: { type: string; resource: StoredResource }[];
}

/** A call that the provider logged: its name, then its arguments. */
export type ProviderCall = [string, ...unknown[]];

/** The passphrase of every test stack. */
export const passphrase = "a test passphrase";

/** A project in a temporary folder, with a stack `dev` and a home and state folder of its own. */
export class TestStack {
  readonly folder: string;
  readonly engine: Engine;
  readonly env: NodeJS.ProcessEnv;

  constructor(folder: string, engine: Engine) {
    this.folder = folder;
    this.engine = engine;
    this.env = {
      ...process.env,
      ...engine.environment,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_HOME: join(folder, ".home"),
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "1",
      NODE_COMPILE_CACHE: COMPILED,
    };
  }

  /** Makes the project and its stack; both are gone when the test ends. */
  static async create(test: TestContext, engine: Engine = localEngine): Promise<TestStack> {
    const folder = await mkdtemp(join(tmpdir(), "engine-test-"));
    test.after(async () => await rm(folder, { recursive: true, force: true }));
    const stack = new TestStack(folder, engine);
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    await stack.write("Pulumi.yaml", "name: things\nruntime: nodejs\n");
    await stack.write("package.json", JSON.stringify({ name: "things", main: "index.js" }));
    await stack.write("index.js", programText);
    await stack.write("provider.js", providerText);
    await stack.write("world.json", "{}");
    await stack.expect("stack", "init", "dev");
    return stack;
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.folder, name), content);
  }

  async program(program: ProgramJson): Promise<void> {
    await this.write("program.json", JSON.stringify(program));
  }

  async world(world: Record<string, unknown>): Promise<void> {
    await this.write("world.json", JSON.stringify(world));
  }

  /** Starts a command and leaves it running. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    return spawn(this.engine.file, [...this.engine.args, ...args], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return await endOf(this.start(args, env));
  }

  /** Runs a command that must succeed. */
  async expect(...args: string[]): Promise<Ended> {
    const ended = await this.run(args);
    if (ended.code === 0) return ended;
    throw new Error(`${args.join(" ")} ended with ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
  }

  async up(): Promise<Ended> {
    return await this.expect("up", "--yes", "--skip-preview", "--non-interactive", "--color", "never");
  }

  async tryUp(): Promise<Ended> {
    return await this.run(["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"]);
  }

  /** Waits until the provider has logged a call that contains these words. */
  async untilLogged(words: string): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      const log = await readFile(join(this.folder, "calls.log"), "utf8").catch(() => "");
      if (log.includes(words)) return;
      await sleep(50);
    }
    throw new Error(`${words} did not come`);
  }

  /** The calls since the last time this was asked. */
  async calls(): Promise<ProviderCall[]> {
    const path = join(this.folder, "calls.log");
    if (!existsSync(path)) return [];
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    await rm(path);
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as ProviderCall);
  }

  /** The calls that change something, as `create a`, in order. */
  async changes(): Promise<string[]> {
    const calls = await this.calls();
    return calls.filter(([call]) => ["create", "update", "delete"].includes(call)).map(describeCall);
  }

  get statePath(): string {
    return join(this.folder, ".pulumi/stacks/things/dev.json");
  }

  async stateText(): Promise<string> {
    return await readFile(this.statePath, "utf8");
  }

  /** The deployment in the state file. */
  async deployment(): Promise<StoredDeployment> {
    const file = JSON.parse(await this.stateText()) as { checkpoint: { latest?: StoredDeployment } };
    return file.checkpoint.latest ?? {};
  }

  /** The resources in the state file. */
  async resources(): Promise<StoredResource[]> {
    return (await this.deployment()).resources ?? [];
  }

  /** The one resource of that name in the state file. */
  async resource(name: string): Promise<StoredResource> {
    const found = (await this.resources()).filter(({ urn }) => urn.endsWith(`::${name}`));
    const [only] = found;
    if (found.length !== 1 || only === undefined)
      throw new Error(`${found.length} resources are called ${name}`);
    return only;
  }

  /** The names of the fixture's resources in the state file, in its order. */
  async names(): Promise<string[]> {
    const resources = await this.resources();
    return resources
      .filter(({ type }) => type.includes("test"))
      .map(({ urn }) => urn.split("::").at(-1) ?? "");
  }
}

function describeCall([call, ...args]: ProviderCall): string {
  const properties = args.at(-1) as { name: string; v?: string };
  return `${call} ${properties.name}${properties.v === undefined ? "" : ` ${properties.v}`}`;
}
