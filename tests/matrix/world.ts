import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { VirtualClock } from "../../local/clock/virtualClock.ts";
import { type HeldRequest, type LocalIam, type LoggedRequest, startLocalIam } from "../../local/iam/index.ts";
import type { AuditEvent } from "../../provider/audit/auditEvent.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { COMPILED } from "../support/compiled.ts";
import type { MatrixEngine } from "./engines.ts";
import type { PreloadSettings } from "./preload.ts";
import { canFindProcesses, kill, processesWith, type RunProcess } from "./processes.ts";
import { StateReader } from "./stackFiles.ts";
import {
  ALL_RESOURCES,
  PROJECT,
  type ProgramSettings,
  RESOURCES,
  type ResourceName,
  STACK,
} from "./stackProgram.ts";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MODULES = path.join(HERE, "../../node_modules");
const PRELOAD = new URL("./preload.ts", import.meta.url).href;
const PASSPHRASE = "the matrix hides its secrets";
/** A run that takes longer hangs. */
const LONGEST_RUN_MS = 240_000;

/** How a run ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A run that is under way. */
export interface Running {
  readonly ended: Promise<Ended>;
}

export interface WorldOptions {
  readonly engine: MatrixEngine;
  readonly honoursIdempotencyKey: boolean;
  /** What the program has. */
  readonly resources?: readonly ResourceName[] | undefined;
  readonly mutant?: string | undefined;
}

/** Those whose secrets go to Lockbox. */
const SUNK: readonly ResourceName[] = ["sunk", "rotatingSunk"];

/** A server and a stack of the matrix' program, with a clock of their own. */
export class MatrixWorld implements AsyncDisposable {
  readonly iam: LocalIam;
  readonly clock: VirtualClock;
  readonly options: WorldOptions;
  readonly state: StateReader;
  /** Everything that the runs printed and that nobody has looked through yet. */
  printed = "";
  /** Whether the stack has no keys, where nothing is under way. */
  isEmpty = true;
  /** The keys that are nobody's of this stack: whatever a run does, they stay. */
  readonly foreign = new Set<string>();
  /** The keys that a person has made inactive or taken away: that they do not work is no run's doing. */
  readonly endedByPerson = new Set<string>();
  readonly passphrase = PASSPHRASE;
  /** By how much the provider's clock is behind that of the server, in milliseconds. */
  slowByMs = 0;
  #settings: ProgramSettings;
  readonly #home: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #held: HeldRequest[] = [];
  #onHeld: (() => void) | undefined;

  private constructor(
    home: string,
    {
      iam,
      clock,
      options,
      key,
      settings,
    }: {
      iam: LocalIam;
      clock: VirtualClock;
      options: WorldOptions;
      key: object;
      settings: ProgramSettings;
    },
  ) {
    this.#home = home;
    this.iam = iam;
    this.clock = clock;
    this.options = options;
    this.#settings = settings;
    this.state = new StateReader(() => this.stateFile, PASSPHRASE);
    const { YC_TOKEN: _, ...environment } = iam.environment;
    this.#environment = {
      ...process.env,
      ...environment,
      YC_SERVICE_ACCOUNT_KEY_FILE: JSON.stringify(key),
      ...options.engine.environment,
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_HOME: path.join(this.folder, ".home"),
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      PULUMI_SKIP_UPDATE_CHECK: "1",
      NODE_COMPILE_CACHE: COMPILED,
      NODE_OPTIONS: `--import=${PRELOAD}`,
      MATRIX_CONSUMERS: this.#consumers,
      MATRIX_DOOR: options.engine.door,
      IAM_KEYS_AUDIT_TO: this.auditFile,
    };
  }

  /** Starts the server and makes the stack, with nothing in it. */
  static async create(options: WorldOptions): Promise<MatrixWorld> {
    const clock = new VirtualClock();
    const iam = await startLocalIam({
      now: clock.now,
      operationMs: 100,
      rsaKeyPool: 8,
      honoursIdempotencyKey: options.honoursIdempotencyKey,
    });
    const home = await mkdtemp(path.join(tmpdir(), "iam-keys-matrix-"));
    const key = await iam.serviceAccountKeyFile(iam.addServiceAccount("caller"));
    const names = ALL_RESOURCES.filter((name) => options.resources?.includes(name) ?? true);
    const accounts = Object.fromEntries(
      names.map((name) => [
        name,
        RESOURCES[name].startsWith("aws:")
          ? iam.addUser(`user-of-${name}`)
          : iam.addServiceAccount(name.toLowerCase()),
      ]),
    );
    const sunk = names.filter((name) => SUNK.includes(name));
    const settings = {
      accounts,
      secrets: Object.fromEntries(sunk.map((name) => [name, iam.addLockboxSecret(name)])),
      generation: "1",
      rotation: "1",
      description: "of the matrix",
      status: "Active",
      undo: false,
      retained: false,
    } as const;
    const world = new MatrixWorld(home, { iam, clock, options, key, settings });
    await world.#begin(key.service_account_id);
    return world;
  }

  callerId = "";

  async #begin(callerId: string): Promise<void> {
    this.callerId = callerId;
    await Promise.all([mkdir(this.#consumers), mkdir(this.folder)]);
    for (const file of ["index.ts", "native.ts", "consumer.ts"])
      await copyFile(path.join(HERE, "program", file), path.join(this.folder, file));
    const write = (file: string, content: string) => writeFile(path.join(this.folder, file), content);
    await symlink(MODULES, path.join(this.folder, "node_modules"));
    await write("package.json", JSON.stringify({ name: PROJECT, type: "module", main: "index.ts" }));
    await write(
      "Pulumi.yaml",
      `name: ${PROJECT}\nruntime:\n  name: nodejs\n  options: { typescript: false }\n`,
    );
    await this.program({});
    void this.#collectHeld();
    await this.expect("stack", "init", STACK);
  }

  /** The project and its state; what a consumer was given lies outside. */
  get folder(): string {
    return path.join(this.#home, "stack");
  }

  get stateFile(): string {
    return path.join(this.folder, ".pulumi/stacks", PROJECT, `${STACK}.json`);
  }

  get #consumers(): string {
    return path.join(this.#home, "consumers");
  }

  /** What became of the keys, as the provider accounts for it. */
  get auditFile(): string {
    return path.join(this.#home, "audit.jsonl");
  }

  /** The resources of the program. */
  get names(): readonly ResourceName[] {
    return Object.keys(this.#settings.accounts) as ResourceName[];
  }

  get settings(): ProgramSettings {
    return this.#settings;
  }

  async program(change: Partial<ProgramSettings>): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    await writeFile(path.join(this.folder, "program.json"), JSON.stringify(this.#settings));
  }

  /** Starts a command; `before` are words to put before the engine's own. */
  start(
    words: readonly string[],
    { environment = {}, before = [] }: { environment?: NodeJS.ProcessEnv; before?: readonly string[] } = {},
  ): Running {
    const { engine, mutant } = this.options;
    const [file = "", ...rest] = [...before, engine.file, ...engine.args, ...words];
    const { segment } = this.clock;
    const clock = { ...segment, virtual: segment.virtual - this.slowByMs };
    const settings: PreloadSettings = { clock, mutant };
    const child = spawn(file, rest, {
      cwd: this.folder,
      env: { ...this.#environment, MATRIX_PROVIDER: JSON.stringify(settings), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { ended: this.#ended(child, words) };
  }

  /** Runs an operation of the engine to its end. */
  operation(name: string, ...flags: string[]): Promise<Ended> {
    return this.startOperation(name, ...flags).ended;
  }

  startOperation(name: string, ...flags: string[]): Running {
    return this.start([...this.operationWords(name), ...flags]);
  }

  operationWords(name: string): string[] {
    const { loud } = this.options.engine;
    return [name, "--yes", "--skip-preview", "--non-interactive", "--color", "never", ...loud];
  }

  /** Takes the resources out of the state that do not stay, and whatever was under way. */
  async editState(stays: (urn: string) => boolean): Promise<void> {
    const file = path.join(this.#home, "export.json");
    await this.expect("stack", "export", "--file", file);
    const exported = JSON.parse(await readFile(file, "utf8"));
    exported.deployment.resources = exported.deployment.resources.filter(({ urn }: { urn: string }) =>
      stays(urn),
    );
    await writeFile(file, JSON.stringify(exported));
    await this.expect("stack", "import", "--file", file);
  }

  /** Gives the stack another name, and makes a new one of its old name. */
  async renameStack(): Promise<void> {
    if (this.options.engine.kind === "cli") await this.expect("stack", "rename", "renamed");
    else {
      // What the CLI does to the files.
      const text = await readFile(this.stateFile, "utf8");
      const renamed = this.stateFile.replace(`${STACK}.json`, "renamed.json");
      await writeFile(renamed, text.replaceAll(`urn:pulumi:${STACK}::`, "urn:pulumi:renamed::"));
      await rm(this.stateFile);
      const config = (stack: string) => path.join(this.folder, `Pulumi.${stack}.yaml`);
      await rename(config(STACK), config("renamed"));
    }
    await this.expect("stack", "init", STACK);
    const { secrets } = this.#settings;
    await this.program({
      // Keys of AWS carry no name, and a user has room for two.
      accounts: this.#withUsers((name) => this.iam.addUser(`new-${name}`)),
      secrets: Object.fromEntries(
        Object.keys(secrets).map((name) => [name, this.iam.addLockboxSecret(name)]),
      ),
    });
  }

  /** Gives the users of AWS other names, of which the program knows nothing; what it says once it does. */
  renameUsers(): Partial<ProgramSettings> {
    const accounts = this.#withUsers((name, user) => {
      this.iam.renameUser(user, `renamed-${name}`);
      return `renamed-${name}`;
    });
    return { accounts };
  }

  #withUsers(user: (name: string, user: string) => string): ProgramSettings["accounts"] {
    const entries = Object.entries(this.#settings.accounts).map(([name, account]) => {
      const isUser = RESOURCES[name as ResourceName].startsWith("aws:");
      return [name, isUser ? user(name, account) : account];
    });
    return Object.fromEntries(entries);
  }

  /** Runs a command that must succeed. */
  async expect(...words: string[]): Promise<void> {
    const { code, output } = await this.start(words).ended;
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}\n${output}`);
  }

  async stateSize(): Promise<number> {
    return (await stat(this.stateFile)).size;
  }

  /** The processes that are at work on this stack. */
  processes(): Promise<RunProcess[]> {
    return canFindProcesses ? processesWith(`MATRIX_CONSUMERS=${this.#consumers}`) : Promise.resolve([]);
  }

  async auditSize(): Promise<number> {
    return (await stat(this.auditFile).catch(() => ({ size: 0 }))).size;
  }

  /** The audit events after so many bytes. */
  async auditSince(size: number): Promise<AuditEvent[]> {
    const bytes = await readFile(this.auditFile).catch(() => Buffer.of());
    const lines = bytes.subarray(size).toString().split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as AuditEvent);
  }

  /** What the consumer of a resource was given last; undefined where it is gone, or was never given any. */
  async consumed(name: ResourceName): Promise<Properties | undefined> {
    const text = await readFile(this.consumerFile(name), "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Properties);
  }

  /** The same at this very moment; undefined too where it is being written. */
  consumedNow(name: ResourceName): Properties | undefined {
    try {
      return JSON.parse(readFileSync(this.consumerFile(name), "utf8")) as Properties;
    } catch {
      return undefined;
    }
  }

  consumerFile(name: ResourceName): string {
    return path.join(this.#consumers, `${name}.json`);
  }

  /** The requests that a pause fault holds. */
  get held(): readonly HeldRequest[] {
    return this.#held;
  }

  /** The same, which are then no more counted as held. */
  takeHeld(): HeldRequest[] {
    return this.#held.splice(0);
  }

  /** Resolves when one more request is held. */
  nextHeld(): Promise<void> {
    if (this.#held.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onHeld = resolve;
    });
  }

  /** The requests since that one, a number out of `iam.requests.length`. */
  requestsSince(first: number): readonly LoggedRequest[] {
    return this.iam.requests.slice(first);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    kill(await this.processes());
    await this.iam.close();
    await rm(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  async #ended(child: ChildProcess, words: readonly string[]): Promise<Ended> {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output += chunk;
      });
    }
    const timer = setTimeout(async () => {
      output += `\nThe harness ended ${words[0]}: it hung.\n`;
      kill(await this.processes());
      child.kill("SIGKILL");
    }, LONGEST_RUN_MS);
    const [code] = await once(child, "close");
    clearTimeout(timer);
    this.printed += output;
    return { code: code as number | null, output };
  }

  async #collectHeld(): Promise<void> {
    try {
      for (;;) {
        this.#held.push(await this.iam.held());
        this.#onHeld?.();
      }
    } catch {
      // The server was closed.
    }
  }
}
