import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { passphrase, TestStack } from "../../../local/engine/tests/support/stack.ts";
import { type LocalIam, startLocalIam } from "../../../local/iam/index.ts";
import type { Engine } from "../../../tools/engine.ts";
import type { Ended } from "../../support/ended.ts";
import { assertHides } from "./exposure.ts";
import { everyResource } from "./keyStack.ts";

/** A file's text; nothing of one that a running engine has removed since it was listed. */
const textOf = (name: string) =>
  readFile(name, "utf8").catch((error) => (error.code === "ENOENT" ? "" : Promise.reject(error)));

/** The stack with every resource, and whoever looks over its shoulder. */
export class WatchedStack {
  readonly iam: LocalIam;
  readonly stack: TestStack;
  readonly #temporary: string;
  /** By this a process is known as one that the stack's engine started. */
  readonly #mark = randomUUID();
  readonly #loud: readonly string[];
  /** What nobody but the processes themselves may see: what was there before the first run. */
  readonly #callers: readonly string[];
  readonly #program: Record<string, unknown>;

  private constructor(iam: LocalIam, stack: TestStack, loud: readonly string[]) {
    this.iam = iam;
    this.stack = stack;
    this.#temporary = path.join(stack.folder, "tmp");
    this.#loud = loud;
    this.#callers = iam.secrets();
    this.#program = {
      serviceAccountId: iam.serviceAccountId,
      userNames: [iam.userName, iam.addUser("rotating")],
      generation: "1",
      description: "of a test",
      status: "Active",
    };
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = iam.environment;
    Object.assign(stack.env, {
      TMPDIR: this.#temporary,
      IAM_KEYS_TEST_MARK: this.#mark,
      YC_ENDPOINT: iam.url,
      ...{ AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION },
    });
  }

  /** @param loud the engine's highest log level at which secrets are to be safe */
  static async create(test: TestContext, engine: Engine, loud: readonly string[]): Promise<WatchedStack> {
    const iam = await startLocalIam({ rsaKeyPool: 2 });
    test.after(() => iam.close());
    const stack = await TestStack.create(test, engine);
    const keyFile = JSON.stringify(await iam.serviceAccountKeyFile(iam.serviceAccountId));
    const watched = new WatchedStack(iam, stack, loud);
    await mkdir(watched.#temporary);
    const options = { name: "nodejs", options: { typescript: false } };
    await stack.write("Pulumi.yaml", JSON.stringify({ name: "things", runtime: options }));
    await stack.write("index.js", everyResource);
    await watched.program({});
    await stack.expect("config", "set", "--secret", "yandex:serviceAccountKeyFile", keyFile);
    return watched;
  }

  async program(change: Record<string, string>): Promise<void> {
    Object.assign(this.#program, change);
    await this.stack.write("program.json", JSON.stringify(this.#program));
  }

  /** Runs a command at the top of its voice; nothing that it printed or left in a file is a secret. */
  async run(...args: string[]): Promise<Ended> {
    const ended = await this.stack.run([
      ...args,
      "--yes",
      "--non-interactive",
      "--color=never",
      ...this.#loud,
    ]);
    await this.assertQuiet(ended);
    return ended;
  }

  async expect(...args: string[]): Promise<Ended> {
    const ended = await this.run(...args);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    return ended;
  }

  async assertQuiet({ stdout, stderr }: Pick<Ended, "stdout" | "stderr">): Promise<void> {
    const secrets = [...new Set([...this.iam.secrets(), passphrase])];
    assertHides(stdout + stderr, secrets, "what was printed");
    const files = await readdir(this.stack.folder, { recursive: true, withFileTypes: true });
    for (const file of files.filter((each) => each.isFile())) {
      const name = path.join(file.parentPath, file.name);
      assertHides(await textOf(name), secrets, name);
    }
    assert.deepEqual(await readdir(this.#temporary), [], "nothing is left among the temporary files");
  }

  /** Looks at the processes while they run: at their arguments, and at what was put in their environment. */
  async assertProcessesQuiet(): Promise<void> {
    const made = this.iam.secrets().filter((secret) => !this.#callers.includes(secret));
    const commands: string[] = [];
    for (const id of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const read = (what: string) => readFile(`/proc/${id}/${what}`, "utf8").catch(() => "");
      const environment = await read("environ");
      if (!environment.includes(this.#mark)) continue;
      const command = (await read("cmdline")).replaceAll("\0", " ");
      assertHides(command, [...this.iam.secrets(), passphrase], "the arguments of a process");
      assertHides(environment, made, `the environment of ${command}`);
      commands.push(command);
    }
    assert.match(commands.join("\n"), /dynamic-provider/, "the processes were found");
  }
}
