import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What to start. */
export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A running child; its lines are handed on as they come. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves once the child has ended and every line of it was handed on. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  interrupt(): void;
  kill(): void;
}

const reaperPath = fileURLToPath(new URL("./reaper.ts", import.meta.url));

/**
 * The processes of one run. Each gets a process group of its own, so that Ctrl-C reaches the engine alone, which then
 * lets requests end; a reaper process ends them all if the engine dies without doing so.
 */
export class ChildProcesses {
  readonly #children = new Set<Child>();
  readonly #statePath: string | undefined;
  #reaper: ChildProcess | undefined;

  /** @param statePath the state file that the run may write: if the engine dies, the reaper puts its journal in */
  constructor(statePath: string | undefined) {
    this.#statePath = statePath;
  }

  start(command: Command, onLine: (line: string, stream: "stdout" | "stderr") => void): Child {
    const reaper = this.#ensureReaper();
    const started = spawn(command.file, command.arguments, {
      cwd: command.cwd,
      env: { ...command.env, PATH: pathWithThisNode(command.env) },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const pid = started.pid;
    if (pid !== undefined) reaper.stdin?.write(`+${pid}\n`);
    const lines = [
      { input: started.stdout, stream: "stdout" as const },
      { input: started.stderr, stream: "stderr" as const },
    ].map(({ input, stream }) =>
      once(
        createInterface({ input }).on("line", (line) => onLine(line, stream)),
        "close",
      ),
    );
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      started.once("error", reject);
      started.once("exit", (code, signal) => resolve({ code, signal }));
    });
    const send = (signal: NodeJS.Signals) => {
      if (pid === undefined || started.exitCode !== null || started.signalCode !== null) return;
      try {
        process.kill(-pid, signal);
      } catch {
        // It ended between the look and the signal.
      }
    };
    const child: Child = {
      process: started,
      ended: exited.then(async (how) => {
        this.#children.delete(child);
        if (pid !== undefined) reaper.stdin?.write(`-${pid}\n`);
        await Promise.all(lines);
        return how;
      }),
      interrupt: () => send("SIGINT"),
      kill: () => send("SIGKILL"),
    };
    child.ended.catch(() => this.#children.delete(child));
    this.#children.add(child);
    return child;
  }

  /** Ends every child that is left, and the reaper. */
  async close(): Promise<void> {
    const left = [...this.#children];
    for (const child of left) child.kill();
    await Promise.allSettled(left.map((child) => child.ended));
    const reaper = this.#reaper;
    this.#reaper = undefined;
    if (reaper === undefined || reaper.exitCode !== null) return;
    reaper.stdin?.end();
    await once(reaper, "exit");
  }

  #ensureReaper(): ChildProcess {
    if (this.#reaper !== undefined) return this.#reaper;
    const reaper = spawn(
      process.execPath,
      [reaperPath, ...(this.#statePath === undefined ? [] : [this.#statePath])],
      {
        stdio: ["pipe", "ignore", "ignore"],
        detached: true,
      },
    );
    reaper.stdin?.on("error", () => {});
    this.#reaper = reaper;
    return reaper;
  }
}

// Plugins and programs are to run on the Node that runs the engine, whichever stands first on the user's PATH.
function pathWithThisNode(env: NodeJS.ProcessEnv): string {
  return [dirname(process.execPath), env.PATH]
    .filter((part) => part !== undefined && part !== "")
    .join(delimiter);
}
