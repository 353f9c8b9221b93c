import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { realEngine } from "../../tools/engine.ts";
import { hostFolder } from "../../tools/pulumi/pulumiTool.ts";

const TOOL = fileURLToPath(new URL("../../tools/pulumi/cli.ts", import.meta.url));

/** Where the tool finds a CLI in an environment, and what it says. */
const ask = (environment: NodeJS.ProcessEnv) =>
  promisify(execFile)(process.execPath, [TOOL], { env: { ...process.env, ...environment } });

describe("the Pulumi CLI", { concurrency: true }, () => {
  test("runs programs in YAML", async (t) => {
    const stack = await TestStack.create(t, await realEngine());
    stack.env.PATH = [await hostFolder("yaml"), stack.env.PATH].join(path.delimiter);
    const outputs = { sum: `\${pulumi.stack}!` };
    await stack.write("Pulumi.yaml", JSON.stringify({ name: "things", runtime: "yaml", outputs }));
    await stack.up();
    assert.equal((await stack.expect("stack", "output", "sum")).stdout, "dev!\n");
  });

  test("runs programs with arguments for Node.js, and says why one fails", async (t) => {
    const stack = await TestStack.create(t, await realEngine());
    const runtime = { name: "nodejs", options: { typescript: false, nodeargs: "--title=titled" } };
    await stack.write("Pulumi.yaml", JSON.stringify({ name: "things", runtime }));
    await stack.write("index.js", "exports.title = process.title;");
    await stack.up();
    assert.equal((await stack.expect("stack", "output", "title")).stdout, "titled\n");
    await stack.write("index.js", "process.exit(7);");
    const { code, stdout } = await stack.tryUp();
    assert.notEqual(code, 0);
    assert.match(stdout, /the program ended with exit code 7/);
  });
});

describe("where the CLI comes from", { concurrency: true }, () => {
  /** A folder with a program that stands for a `pulumi` or a `go`. */
  const folderWith = async (t: TestContext, name: string, script: string) => {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-tool-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(folder, name), 0o755);
    return folder;
  };

  test("the one of the PATH is taken where it is recent enough", async (t) => {
    const folder = await folderWith(t, "pulumi", "echo v3.301.0");
    const { stdout } = await ask({ PATH: folder });
    assert.equal(stdout, `${folder}/pulumi\n`);
  });

  test("an old one is named, and the pinned one is built once, whoever asks", async (t) => {
    const old = await folderWith(t, "pulumi", "echo v3.99.0");
    // Stands for a build of five minutes: it writes down that it was called, and takes its time.
    const go = `
      echo built >> "$XDG_CACHE_HOME/builds"
      sleep 2
      while [ "$1" != -o ]; do shift; done
      printf '#!/bin/sh\\necho v3.274.1\\n' > "$2"
      chmod +x "$2"`;
    const cache = await folderWith(t, "go", go);
    const environment = {
      PATH: [old, cache, "/usr/bin", "/bin"].join(path.delimiter),
      XDG_CACHE_HOME: cache,
    };
    const asked = await Promise.all([ask(environment), ask(environment), ask(environment)]);
    const [file] = asked.map(({ stdout }) => stdout.trim());
    for (const { stdout, stderr } of asked) {
      assert.equal(stdout.trim(), file);
      assert.match(stderr, /pulumi is 3\.99\.0, which is older than/);
    }
    assert.match(file ?? "", /pulumi-iam-keys\/pulumi-v\d+\.\d+\.\d+-\w+-\w+\/bin\/pulumi$/);
    assert.equal(await readFile(path.join(cache, "builds"), "utf8"), "built\n");
    assert.deepEqual(await readdir(path.join(file ?? "", "../..")), ["bin"]);
  });

  test("a build that fails leaves nothing that looks like a CLI; without Go the message says what it takes", async (t) => {
    const cache = await folderWith(t, "go", "exit 3");
    const failing = { PATH: [cache, "/bin"].join(path.delimiter), XDG_CACHE_HOME: cache };
    await assert.rejects(ask(failing), /pulumi v\S+ could not be built: go ended with 3/);
    const none = path.join(cache, "none");
    await mkdir(none);
    const without = { PATH: none, XDG_CACHE_HOME: cache };
    await assert.rejects(ask(without), /takes Go 1\.\d+\S* or later, and there is no `go` on the PATH/);
  });
});
