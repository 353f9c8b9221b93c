import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { passphrase, TestStack } from "../../local/engine/tests/support/stack.ts";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { localEngine } from "../../tools/engine.ts";
import { assertHides } from "../security/support/exposure.ts";
import { everyResource } from "../security/support/keyStack.ts";
import { type Ended, endOf } from "../support/ended.ts";

/** As it is published, which is also what starts soonest. */
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The PATH without a `pulumi`. */
const BARE_PATH = path.dirname(process.execPath);
/** A terminal with colours, whatever the machine says of its own: Node shows none where CI is set. */
const COLOURFUL = {
  TERM: "xterm-256color",
  CI: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
  NODE_DISABLE_COLORS: undefined,
};
const WRONG = { PULUMI_CONFIG_PASSPHRASE: "not the passphrase" };

// biome-ignore lint/suspicious/noExplicitAny: it is the document itself that is looked at
type Document = any;

describe("iam-keys status", () => {
  const cleanUps: (() => unknown)[] = [];
  let iam: LocalIam;
  let stack: TestStack;
  /** A `pulumi` that is the local engine. */
  let cliPath = "";

  const status = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> => {
    const child = spawn(process.execPath, [MAIN, "status", ...args], {
      cwd: stack.folder,
      env: { ...stack.env, PATH: BARE_PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = await endOf(child);
    const printed = ended.stdout + ended.stderr;
    assertHides(printed, [...new Set([...iam.secrets(), passphrase])], "what was printed");
    return ended;
  };
  const document = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Document> => {
    const { stdout, stderr } = await status([...args, "--json"], env);
    assert.equal(stderr, "");
    return JSON.parse(stdout);
  };

  before(async () => {
    iam = await startLocalIam({ rsaKeyPool: 2 });
    cleanUps.push(() => iam.close());
    stack = await TestStack.create({ after: (work: () => unknown) => cleanUps.unshift(work) } as never);
    const { YC_TOKEN, ...environment } = iam.environment;
    Object.assign(stack.env, environment);
    const runtime = { name: "nodejs", options: { typescript: false } };
    await stack.write("Pulumi.yaml", JSON.stringify({ name: "things", runtime }));
    await stack.write("index.js", everyResource);
    await stack.write(
      "program.json",
      JSON.stringify({
        serviceAccountId: iam.serviceAccountId,
        userNames: [iam.userName, iam.addUser("rotating")],
        generation: "1",
        description: "of a test",
        status: "Active",
      }),
    );
    await stack.expect("config", "set", "--secret", "yandex:token", YC_TOKEN);
    await stack.up();
    await stack.expect("stack", "export", "--file", "export.json");
    cliPath = path.join(stack.folder, "bin");
    await mkdir(cliPath);
    const [cli = ""] = localEngine.args;
    const script = `#!/bin/sh\necho "$@" >> "${stack.folder}/asked"\nexec "${process.execPath}" "${cli}" "$@"\n`;
    await writeFile(path.join(cliPath, "pulumi"), script);
    await chmod(path.join(cliPath, "pulumi"), 0o755);
  });
  after(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  const names = [
    "deployer",
    "mailer",
    "rotating-deployer",
    "rotating-mailer",
    "rotating-uploads",
    "session",
    "uploads",
  ];

  /** What is the same however a stack is read. */
  const assertKeys = ({ keys, overdue, version, stack: name }: Document) => {
    assert.deepEqual([version, name, overdue], [1, "things/dev", false]);
    assert.deepEqual(keys.map((key: Document) => key.resource).sort(), names);
    const live = iam.keys().map(({ id }) => id);
    for (const { type, keyId, next, state, dueAt } of keys) {
      assert.equal(next.action, "none");
      assert.equal(state, type.includes("Rotating") ? "current" : "only");
      assert.equal(dueAt !== null, type.includes("Rotating") || type === "yandex:IamToken");
      if (type !== "yandex:IamToken") assert.ok(live.includes(keyId), `${keyId} is the id of a key`);
    }
  };

  test("without a CLI, from the files of its backend; one list an account and kind is asked for", async () => {
    const first = iam.requests.length;
    const found = await document();
    const asked = iam.requests.slice(first).map(({ operation }) => operation);
    assertKeys(found);
    assert.deepEqual(found.notes, []);
    assert.deepEqual(asked.sort(), [
      "AccessKey.list",
      "Key.list",
      "aws:GetAccessKeyLastUsed",
      "aws:GetAccessKeyLastUsed",
      "aws:ListAccessKeys",
      "aws:ListAccessKeys",
    ]);
    for (const { type, lastUse } of found.keys) {
      // They were tried when they were made; a token's use is not kept.
      if (type === "yandex:IamToken") assert.equal(lastUse, null);
      else assert.ok(Date.parse(lastUse.at) <= Date.now());
      if (type.startsWith("aws:")) assert.equal(lastUse.by, "sts in us-east-1");
    }
  });

  test("through the `pulumi` of the PATH, which decrypts", async () => {
    const found = await document(["--stack", "dev"], { PATH: `${cliPath}${path.delimiter}${BARE_PATH}` });
    assertKeys(found);
    assert.ok(found.keys.every(({ notes }: Document) => notes.length === 0));
    const asked = await readFile(path.join(stack.folder, "asked"), "utf8");
    assert.match(asked, /^stack export --show-secrets .*--stack dev$/m);
    assert.match(asked, /^config --json --show-secrets .*--stack dev$/m);
  });

  test("from an export and from a state file, in any folder", async () => {
    for (const file of ["export.json", ".pulumi/stacks/things/dev.json"]) {
      const first = iam.requests.length;
      assertKeys(await document(["--file", file, "--offline"]));
      assert.equal(iam.requests.length, first, "nobody is asked");
    }
    assertKeys(await document(["--file", "export.json", "--stack", "dev"]));
  });

  test("a table is for readers, and plain where it is piped", async () => {
    const { stdout, stderr, code } = await status();
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^things\/dev at .* UTC: 7 keys, 0 overdue\n\nNAME +TYPE +KEY +AGE +DUE/);
    assert.match(stdout, /^uploads +yandex:StaticAccessKey +aje\w+ .* - +only +\d+ \w+ ago +nothing$/m);
    assert.ok(!stdout.includes("\u001b"));
  });

  test("a run that is bound to fail needs a person, and its line says why", async () => {
    const { stdout, code } = await status([], { IAM_KEYS_REVERT_NOW: "oops-1:rotating-uploads" });
    assert.equal(code, 3);
    assert.match(stdout, /^rotating-uploads .*cannot go back to its previous key/m);
  });

  const script = spawnSync("script", ["--version"]).stdout?.includes("util-linux")
    ? false
    : "there is no `script` of util-linux here, which opens a terminal";
  test("in a terminal it fits its width, and is in colour unless NO_COLOR is set", {
    skip: script,
  }, async () => {
    const inTerminal = async (env: NodeJS.ProcessEnv = {}) => {
      const command = `stty cols 80; "${process.execPath}" "${MAIN}" status --offline --within 200d`;
      const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
        cwd: stack.folder,
        env: {
          ...stack.env,
          PATH: process.env.PATH,
          ...COLOURFUL,
          IAM_KEYS_ROTATE_NOW: "incident-42:*mailer",
          ...env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const { stdout, code } = await endOf(child);
      assert.equal(code, 2);
      return stdout.replaceAll("\r", "");
    };
    const coloured = await inTerminal();
    assert.ok(coloured.includes(styleText("red", "now", { validateStream: false })), coloured);
    assert.ok(/\(soon, in \d+ d\)/.test(coloured) && coloured.includes("\u001b[33m"), coloured);
    const plain = await inTerminal({ NO_COLOR: "1" });
    assert.ok(!plain.includes("\u001b"));
    assert.ok(plain.split("\n").every((line) => line.length <= 80));
    assert.match(plain, /^ {2}NEXT RUN: new key: ordered by iam-keys:rotateNow/m);
  });

  test("with a wrong passphrase it shows what stands in the clear, and says what would show the rest", async () => {
    for (const env of [WRONG, { ...WRONG, PATH: `${cliPath}${path.delimiter}${BARE_PATH}` }]) {
      const { keys, notes, complete } = await document([], env);
      assert.equal(complete, false);
      // Nothing is known to be overdue, and that says nothing.
      assert.equal((await status([], env)).code, 4);
      assert.match(notes.join(), /secrets of the state could not be decrypted: .*passphrase/);
      assert.match(notes.join(), /secrets of the stack's configuration could not be decrypted: .*passphrase/);
      const uploads = keys.find((key: Document) => key.resource === "rotating-uploads");
      assert.equal(uploads.keyId, null);
      assert.ok(Date.parse(uploads.dueAt) > Date.now());
      assert.match(uploads.notes.join(), /PULUMI_CONFIG_PASSPHRASE/);
      const plain = keys.find((key: Document) => key.resource === "uploads");
      assert.match(plain.keyId, /^aje/);
      assert.match(plain.notes.join(), /no Yandex Cloud credentials/);
    }
  });

  test("an API that fails is a note in the report, which is not complete then", async () => {
    const [secret = ""] = iam.secrets().filter((each) => each.length > 30);
    iam.fail({ operation: "AccessKey.list", fault: { status: 403, message: `echo: ${secret}` } });
    iam.fail({
      operation: "aws:GetAccessKeyLastUsed",
      times: 2,
      fault: { status: 403, code: "AccessDenied" },
    });
    const { code, stdout } = await status();
    iam.clearFaults();
    assert.equal(code, 4);
    assert.match(stdout, /^uploads .* \? \[\d\] +nothing$/m);
    assert.match(stdout, /^\[\d\] AccessKey\.list was refused: .*PERMISSION_DENIED/m);
    assert.match(stdout, /^\[\d\] GetAccessKeyLastUsed was refused/m);
    assert.match(stdout, /^deployer .* \d+ \w+ ago +nothing$/m);
  });

  test("a key that is gone is said to be", async () => {
    const found = await document(["--offline"]);
    const { keyId } = found.keys.find((key: Document) => key.resource === "uploads");
    iam.remove(keyId);
    const { keys } = await document();
    const gone = keys.find((key: Document) => key.resource === "uploads");
    assert.deepEqual(gone.lastUse, { at: null, by: null });
    assert.match(gone.notes.join(), /The API has no such key/);
  });

  test("the exit code is 2 where something is overdue: here, an order that was not carried out", async () => {
    const { code, stdout } = await status([], { IAM_KEYS_ROTATE_NOW: "incident-42:rotating-*" });
    assert.equal(code, 2);
    assert.match(stdout, /3 overdue/);
    assert.match(
      stdout,
      /^rotating-mailer .* new key: ordered by iam-keys:rotateNow \(incident-42\); \w+ keeps working until .* UTC$/m,
    );
  });

  test("the exit code is 2 where something is due within the time of --within", async () => {
    const soon = await status(["--offline", "--within", "200d"]);
    assert.equal(soon.code, 2);
    assert.match(soon.stdout, /, 0 overdue, \d due within 200d$/m);
    assert.match(soon.stdout, /^rotating-uploads .* \(soon, in \d+ d\) /m);
    const early = await status(["--offline", "--within", "1s"]);
    assert.deepEqual([early.code, early.stderr], [0, ""]);
    assert.match(early.stdout, /, 0 overdue, 0 due within 1s$/m);
  });

  test("the exit code is 4 where it could not look, 3 where nobody told it right, and nothing is on standard output", async () => {
    await stack.write("broken.json", '{ "deployment": "a secret"');
    await stack.write("other.json", '{ "a secret": {} }');
    for (const [args, message, expected = 4] of [
      [
        ["--file", "none.json"],
        /^iam-keys status: --file names none\.json, which cannot be read \(ENOENT\)\.$/m,
      ],
      [["--file", "broken.json"], /^iam-keys status: --file broken\.json: it is not JSON$/m],
      [
        ["--file", "other.json"],
        /^iam-keys status: --file other\.json is neither what `pulumi stack export`/m,
      ],
      [["--stack", "prod"], /no stack named 'prod' found/],
      [["--cwd", "/"], /There is no `pulumi` on the PATH, and .* no Pulumi\.yaml project file found/],
      [
        ["--within", "two weeks"],
        /^iam-keys status: --within must be a duration such as "12h" or "14d"\..*--help/ms,
        3,
      ],
      [["--within", ""], /'--within <duration>' argument '' is invalid\. It must not be empty\./, 3],
      [["--color"], /^error: unknown option '--color'.*iam-keys status --help lists/s, 3],
      [["prod"], /^error: too many arguments for 'status'/s, 3],
      [["--file", ""], /'--file <file>' argument '' is invalid\. It must not be empty\./, 3],
    ] as readonly (readonly [readonly string[], RegExp, number?])[]) {
      const { code, stdout, stderr } = await status(args);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /a secret/);
      assert.deepEqual([code, stdout], [expected, ""]);
    }
    const cli = await status(["--stack", "prod"], { PATH: `${cliPath}${path.delimiter}${BARE_PATH}` });
    assert.match(cli.stderr, /`pulumi stack export` failed: no stack named 'prod' found/);
    assert.equal(cli.code, 4);
  });

  test("--help lists the options", async () => {
    const { code, stdout } = await status(["--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /--offline +send no request/);
  });

  test("it leaves nothing behind", async () => {
    const listed = async () => {
      const files = await readdir(stack.folder, { recursive: true, withFileTypes: true });
      return files.map(({ parentPath, name }) => path.join(parentPath, name)).sort();
    };
    const before = await listed();
    await status(["--stack", "dev"]);
    assert.deepEqual(await listed(), before);
  });
});
