import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { type Engine, localEngine, passphrase, TestStack } from "../engine/support/stack.ts";
import type { Ended } from "../support/ended.ts";
import { assertHides, secretsIn } from "./support/exposure.ts";
import { everyResource } from "./support/keyStack.ts";
import { documentedCommands } from "./support/securityDocument.ts";

const cli: Engine = { name: "the Pulumi CLI", file: "pulumi", args: [] };
const noCli = spawnSync("pulumi", ["version"]).error && "there is no `pulumi` on the PATH";

/**
 * The loudest at which secrets are to be safe. From -v 9 on the CLI logs what providers answer before it knows
 * what of that is secret, as SECURITY.md says; the local engine has no such log.
 */
const LOUD: Readonly<Record<string, readonly string[]>> = {
  [localEngine.name]: ["--debug", "--verbose=9"],
  [cli.name]: ["--debug", "--logtostderr", "--logflow", "--verbose=3"],
};

/** A file's text; nothing of one that a running engine has removed since it was listed. */
const textOf = (name: string) =>
  readFile(name, "utf8").catch((error) => (error.code === "ENOENT" ? "" : Promise.reject(error)));

/** The stack with every resource, and whoever looks over its shoulder. */
class WatchedStack {
  readonly iam: LocalIam;
  readonly stack: TestStack;
  readonly #temporary: string;
  /** By this a process is known as one that the stack's engine started. */
  readonly #mark = randomUUID();
  readonly #loud: readonly string[];
  /** What nobody but the processes themselves may see: what was there before the first run. */
  readonly #callers: readonly string[];
  readonly #program: Record<string, unknown>;

  private constructor(iam: LocalIam, stack: TestStack) {
    this.iam = iam;
    this.stack = stack;
    this.#temporary = path.join(stack.folder, "tmp");
    this.#loud = LOUD[stack.engine.name] ?? [];
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

  static async create(test: Parameters<typeof TestStack.create>[0], engine: Engine): Promise<WatchedStack> {
    const iam = await startLocalIam({ rsaKeyPool: 2 });
    test.after(() => iam.close());
    const stack = await TestStack.create(test, engine);
    const keyFile = JSON.stringify(await iam.serviceAccountKeyFile(iam.serviceAccountId));
    const watched = new WatchedStack(iam, stack);
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

describe("no secret gets out of a stack with every resource", { concurrency: 2 }, () => {
  for (const engine of [localEngine, cli]) {
    const skip = engine === cli && noCli ? noCli : false;
    test(`on ${engine.name}, at its highest log level`, { skip }, async (t) => {
      const watched = await WatchedStack.create(t, engine);
      const { iam, stack } = watched;
      const [pem = ""] = iam.secrets().filter((secret) => secret.includes("PRIVATE KEY"));
      const awsSecret = iam.environment.AWS_SECRET_ACCESS_KEY;
      assert.ok(pem && awsSecret);

      await t.test("creates that fail", async () => {
        iam.fail({ operation: "Key.create", times: 2, fault: { status: 400, message: `echo: ${pem}` } });
        iam.fail({ operation: "AccessKey.create", times: 9, fault: { omit: "secret" } });
        iam.fail({
          operation: "IamToken.createForServiceAccount",
          fault: { replace: "expiresAt", with: "never" },
        });
        iam.fail({
          operation: "aws:CreateAccessKey",
          times: 2,
          fault: {
            status: 403,
            code: "SignatureDoesNotMatch",
            message: `echo: ${awsSecret} Signature=${"ab".repeat(32)}`,
          },
        });
        const { code, stdout, stderr } = await watched.run("up", "--skip-preview");
        assert.notEqual(code, 0);
        assert.match(stdout + stderr, /echo: \[secret\]/);
        iam.clearFaults();
      });

      await t.test(
        "creates, watched while they run",
        { skip: !existsSync("/proc/self/environ") },
        async () => {
          iam.fail({ operation: "aws:CreateAccessKey", fault: { pause: "before" } });
          const running = watched.expect("up", "--diff");
          const held = await Promise.race([iam.held(), running.then(() => assert.fail("nothing was held"))]);
          await watched.assertProcessesQuiet();
          // What is there while the run is under way: pending operations, locks.
          await watched.assertQuiet({ stdout: "", stderr: "" }).catch((error) => {
            held.release();
            throw error;
          });
          held.release();
          await running;
        },
      );

      await t.test("updates and replacements", async () => {
        await watched.program({ generation: "2", description: "of another test", status: "Inactive" });
        await watched.expect("up", "--diff");
      });

      await t.test("the orders that SECURITY.md has against a leak", async () => {
        const ids = async () => JSON.parse((await stack.expect("stack", "output", "ids", "--json")).stdout);
        const leaked = await ids();
        const live = () => iam.keys().map(({ id }) => id);
        for (const [heading, name, id] of [
          ["A key of a plain resource, or a token", "uploads", leaked.uploads],
          ["A key of a rotating resource", "rotating-uploads", leaked.rotating],
        ]) {
          assert.ok(live().includes(id));
          for (const line of documentedCommands(heading)) {
            const words = line.replaceAll("uploads", name).match(/"[^"]*"|\S+/g) ?? [];
            const [pulumi, ...args] = words.map((word) => word.replaceAll('"', ""));
            assert.equal(pulumi, "pulumi");
            if (args[0] === "up") await watched.expect(...args, "--skip-preview");
            else await stack.expect(...args);
          }
          assert.ok(!live().includes(id), "the leaked key is gone");
        }
        assert.notDeepEqual(await ids(), leaked);
      });

      await t.test("refresh, and a look at what there is", async () => {
        await watched.expect("refresh", "--skip-preview");
        await watched.assertQuiet(await stack.expect("stack", "output", "--json"));
        await watched.assertQuiet(await stack.expect("stack", "export"));
        const { stdout } = await stack.expect("stack", "output", "--json", "--show-secrets");
        assert.ok(secretsIn(stdout, iam.secrets()).length >= 7, "the stack does have its secrets");
      });

      await t.test("destroy, failing and then not", async () => {
        iam.fail({
          operation: "Key.delete",
          fault: { operation: { error: { code: 13, message: `echo: ${pem}` } } },
        });
        const { code, stdout, stderr } = await watched.run("destroy", "--skip-preview");
        assert.notEqual(code, 0);
        assert.match(stdout + stderr, /echo: \[secret\]/);
        await watched.expect("destroy", "--skip-preview");
      });
    });
  }
});
