import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import type { Engine } from "../../tools/engine.ts";
import { COMPILED } from "../support/compiled.ts";
import { type Ended, endOf } from "../support/ended.ts";
import { type Answer, inTerminal } from "../support/terminal.ts";
import { putCommand, putStandIns } from "./standIns.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** Somebody who types what a page says: a folder, a local cloud, and a shell that remembers where it is and what was set. */
export class Reader implements AsyncDisposable {
  readonly iam: LocalIam;
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #servers: { readonly child: ChildProcess; printed: string }[] = [];

  private constructor(folder: string, iam: LocalIam, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.iam = iam;
    this.#environment = environment;
  }

  /** `more` are folders of the PATH with plugins and hosts of languages. */
  static async open(engine: Engine, more: readonly string[] = []): Promise<Reader> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-reader-"));
    await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    await mkdir(path.join(folder, "state"));
    const iam = await startLocalIam({ rsaKeyPool: 2 });
    const { YC_TOKEN: token, ...endpoints } = iam.environment;
    const tools = path.join(folder, "tools");
    const ofStandIns = await putStandIns(tools, { accounts: { uploads: iam.serviceAccountId }, token });
    const command = [engine.file, ...engine.args].map((word) => `'${word}'`).join(" ");
    await putCommand(tools, "pulumi", `#!/bin/sh\nexec ${command} "$@"\n`);
    const reader = new Reader(folder, iam, {
      ...process.env,
      ...engine.environment,
      ...endpoints,
      ...ofStandIns,
      PATH: [tools, ...more, engine.environment.PATH ?? process.env.PATH].join(path.delimiter),
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a reader's own",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      // A reader agrees to what the preview shows.
      PULUMI_SKIP_CONFIRMATIONS: "true",
      // A server of the docs takes any port that is free.
      IAM_KEYS_LEAKS_PORT: "0",
      IAM_KEYS_ESC_PORT: "0",
      NODE_COMPILE_CACHE: COMPILED,
    });
    await writeFile(reader.#memory, "");
    await reader.goTo("");
    return reader;
  }

  /** Goes to a folder below the reader's own, which is made. */
  async goTo(place: string): Promise<void> {
    await mkdir(path.join(this.folder, place), { recursive: true });
    await this.#remember(`cd '${path.join(this.folder, place)}'`);
  }

  /** A file below the reader's folder. */
  async write(file: string, content: string): Promise<void> {
    await mkdir(path.dirname(path.join(this.folder, file)), { recursive: true });
    await writeFile(path.join(this.folder, file), content);
  }

  /** Sets a variable for all that is typed from now on. */
  async set(name: string, value: string): Promise<void> {
    await this.#remember(`export ${name}='${value}'`);
  }

  /** Types a command, and waits for its end. */
  async run(typed: string): Promise<Ended> {
    return endOf(this.#start(typed));
  }

  /** Types a command that must succeed; gives what it prints. */
  async expect(typed: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(typed);
    if (code !== 0) throw new Error(`${typed}\nended with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Types a command in a terminal, and what it asks for. */
  async answer(typed: string, answers: readonly Answer[]): Promise<Ended> {
    const script = path.join(this.folder, "typed.sh");
    await writeFile(script, this.#scriptOf(typed));
    const how = { cwd: this.folder, env: { ...this.#environment, TERM: "dumb" } };
    const [stdout, code] = await inTerminal(`sh -e '${script}'`, how, answers);
    return { code, stdout, stderr: "" };
  }

  /** Types a command that serves until it is stopped. Resolves, when it serves, to its port. */
  async serve(typed: string): Promise<string> {
    const child = this.#start(typed);
    const server = { child, printed: "" };
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk) => {
          server.printed += chunk;
          const [, port] = /\bport (\d+)$/m.exec(server.printed) ?? [];
          if (port !== undefined) resolve(port);
        });
      child.once("close", (code) => reject(new Error(`${typed}\nended with ${code}\n${server.printed}`)));
    });
  }

  /** Stops what serves; gives what it has printed. */
  async stopServers(): Promise<string> {
    const stopped = this.#servers.splice(0).map(async (server) => {
      const { child } = server;
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        // The shell and npx stand between.
        process.kill(-child.pid, "SIGTERM");
        await once(child, "close");
      }
      return server.printed;
    });
    return (await Promise.all(stopped)).join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopServers();
    await this.iam.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #start(typed: string) {
    return spawn("sh", ["-ec", this.#scriptOf(typed)], {
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  }

  /** Between two commands, a shell keeps its folder and its variables. */
  #scriptOf(typed: string): string {
    const keep = `{ export -p; echo "cd '$PWD'"; } > '${this.#memory}.new' && mv '${this.#memory}.new' '${this.#memory}'`;
    return `. '${this.#memory}'\nset -a\n${typed}\n${keep}\n`;
  }

  get #memory(): string {
    return path.join(this.folder, "memory.sh");
  }

  async #remember(line: string): Promise<void> {
    await appendFile(this.#memory, `${line}\n`);
  }

  /** A file below the reader's folder, as it is now. */
  read(file: string): Promise<string> {
    return readFile(path.join(this.folder, file), "utf8");
  }
}
