import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { localEngine } from "../../tools/engine.ts";
import { type Ended, endOf } from "../support/ended.ts";
import { type Document, SweptStack } from "../sweep/support.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const BARE_PATH = path.dirname(process.execPath);

describe("iam-keys status of several stacks", () => {
  let swept: SweptStack;
  /** A `pulumi` that is the local engine. */
  let cliPath = "";

  const status = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    endOf(
      spawn(process.execPath, [MAIN, "status", "--offline", ...args], {
        cwd: swept.stack.folder,
        env: { ...swept.stack.env, PATH: BARE_PATH, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );

  before(async () => {
    swept = await SweptStack.create();
    await swept.stack.expect("stack", "init", "empty");
    cliPath = path.join(swept.stack.folder, "bin");
    await mkdir(cliPath);
    const [cli = ""] = localEngine.args;
    await writeFile(path.join(cliPath, "pulumi"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
    await chmod(path.join(cliPath, "pulumi"), 0o755);
  });
  after(() => swept.close());

  const shown = (documents: Document[]) => documents.map(({ stack, keys }) => [stack, keys.length]);

  test("one table a stack, in the order of the command line, and each once", async () => {
    const { stdout, stderr, code } = await status(["--stack", "empty", "-s", "dev", "-s", "dev"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(stdout.match(/^\S+ at .*: \d keys, 0 overdue$/gm)?.length, 2);
    assert.match(stdout, /^empty at .*: 0 keys, 0 overdue\n\nthings\/dev at .*: 3 keys, 0 overdue\n\nNAME /);
  });

  test("the JSON is a list where several are asked for, and only there", async () => {
    const several = JSON.parse((await status(["-s", "dev", "-s", "empty", "--json"])).stdout);
    assert.deepEqual(
      several.map(({ keys }: Document) => keys.length),
      [3, 0],
    );
    assert.equal(JSON.parse((await status(["-s", "dev", "--json"])).stdout).stack, "things/dev");
  });

  test("as gauges for Prometheus, each named once", async () => {
    const { stdout, stderr, code } = await status(["-s", "dev", "-s", "empty", "--format", "prometheus"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(stdout.match(/^# TYPE iam_keys_stack_complete gauge$/gm)?.length, 1);
    assert.match(stdout, /^iam_keys_key_overdue\{stack="things\/dev",resource="backups",.*\} 0$/m);
    assert.match(stdout, /^iam_keys_stack_complete\{stack="empty"\} 1\n/m);
    assert.match(stdout, /\d\n$/);
    assert.equal((await status(["--format", "json", "-s", "dev"])).stdout.at(0), "{");
  });

  test("all stacks of the project, with and without a CLI", async () => {
    for (const PATH of [BARE_PATH, `${cliPath}${path.delimiter}${BARE_PATH}`]) {
      const { stdout, code, stderr } = await status(["--all-stacks", "--json"], { PATH });
      assert.deepEqual([code, stderr], [0, ""]);
      assert.deepEqual(shown(JSON.parse(stdout))[0], ["things/dev", 3]);
      assert.equal(JSON.parse(stdout).length, 2);
    }
  });

  test("one that cannot be read is said to be so, the others are shown, and the exit code is the worst", async () => {
    const args = ["-s", "none", "-s", "dev", "--within", "365d"];
    const { stdout, code } = await status(args);
    assert.equal(code, 4);
    assert.match(stdout, /^\[1\] The stack could not be read: .*no stack named 'none' found$/m);
    assert.match(stdout, /^things\/dev at .*: 3 keys, 0 overdue, 1 due within 365d$/m);
    const [none, dev] = JSON.parse((await status([...args, "--json"])).stdout);
    assert.deepEqual([none.stack, none.complete, none.keys, none.notes.length], ["none", false, [], 1]);
    assert.deepEqual([dev.complete, dev.dueSoon], [true, true]);
    assert.equal((await status(["-s", "empty", "-s", "dev", "--within", "365d"])).code, 2);
  });

  test("what goes against itself is refused, and so is a project without a stack", async () => {
    for (const [args, message, expected = 3] of [
      [["--all-stacks", "--stack", "dev"], /'--all-stacks' cannot be used with option '-s, --stack <name>'/],
      [["--json", "--format", "table"], /'-j, --json' cannot be used with option '--format <format>'/],
      [["--format", "csv"], /Allowed choices are table, json, prometheus\./],
      [["--all-stacks", "--file", "x.json"], /'--all-stacks' cannot be used with option '--file <file>'/],
      [["-s", "dev", "-s", "empty", "--file", "x.json"], /--file holds one stack: give --stack once\./],
    ] as readonly (readonly [readonly string[], RegExp, number?])[]) {
      const { code, stdout, stderr } = await status(args);
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [expected, ""]);
    }
    const bare = await status(["--all-stacks"], { PULUMI_BACKEND_URL: `file://${cliPath}` });
    assert.match(bare.stderr, /The project has no stack in the backend that is asked\./);
    assert.deepEqual([bare.code, bare.stdout], [4, ""]);
  });
});
