import { spawn } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { passphrase, TestStack } from "../../local/engine/tests/support/stack.ts";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { localEngine } from "../../tools/engine.ts";
import { assertHides } from "../security/support/exposure.ts";
import { type Ended, endOf } from "../support/ended.ts";
import { emptyFolder, init, MAIN, ROOT } from "./support.ts";

/** A project that `init` has written, as it is after `npm install`, with a cloud and the local engine. */
export class WrittenProject {
  readonly iam: LocalIam;
  readonly stack: TestStack;

  private constructor(iam: LocalIam, stack: TestStack) {
    this.iam = iam;
    this.stack = stack;
  }

  /** @param args the options of `init` but for the folder */
  static async create(
    t: TestContext,
    args: (iam: LocalIam) => readonly string[],
    dir = "keys",
  ): Promise<WrittenProject> {
    const iam = await startLocalIam();
    t.after(() => iam.close());
    const repository = await emptyFolder(t);
    const { code, stderr } = await init(repository, ...args(iam), "--dir", dir, "--yes");
    if (code !== 0) throw new Error(stderr);
    const stack = new TestStack(path.join(repository, dir), localEngine);
    await symlink(path.join(ROOT, "node_modules"), path.join(repository, "node_modules"));
    const commands = path.join(stack.folder, "node_modules/.bin");
    await mkdir(commands, { recursive: true });
    await symlink(MAIN, path.join(commands, "iam-keys"));
    const folders = [path.dirname(process.execPath), path.join(ROOT, "local/engine/bin"), stack.env.PATH];
    Object.assign(stack.env, iam.environment, { PATH: folders.join(path.delimiter) });
    return new WrittenProject(iam, stack);
  }

  /** The last thing that `init` tells a person to type: a run of the schedule. */
  async rotate(stack: string): Promise<Ended> {
    return this.run(["npx", "--no", "iam-keys", "rotate", "--stack", stack]);
  }

  /** Runs a command in the program's folder; it must show no secret. */
  async run([file = "", ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn(file, args, {
      cwd: this.stack.folder,
      env: { ...this.stack.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = await endOf(child);
    assertHides(ended.stdout + ended.stderr, [...this.iam.secrets(), passphrase], "what was printed");
    return ended;
  }
}
