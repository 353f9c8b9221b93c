import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { startForTest } from "../../local/iam/tests/startForTest.ts";

const command = path.join(import.meta.dirname, "../../dist/cli/main.js");

function check(input: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "check", ...args], {
    input,
    encoding: "utf8",
  });
  return { status, lines: stdout.split("\n").filter(Boolean), stderr };
}

const PROGRAM = `
const { aws, yandex } = require("pulumi-iam-keys");
const { SERVICE_ACCOUNT: serviceAccountId, USER_NAME: userName } = process.env;
const rotate = { every: "30d" };
new yandex.StaticAccessKey("forgotten", { serviceAccountId });
new yandex.StaticAccessKey("uploads", { serviceAccountId, rotate });
new yandex.RotatingStaticAccessKey("rotating-uploads", { serviceAccountId, rotate });
new yandex.ApiKey("expiring", { serviceAccountId, expiresIn: "60d" });
new aws.RotatingAccessKey("mailer", { userName, rotate: { every: "30d", paused: true } });
new yandex.IamToken("session", { serviceAccountId });
new yandex.EphemeralAccessKey("job", { subjectId: serviceAccountId, sessionName: "job", duration: "12h" });
`;

test("the stack of a program is judged as it was exported, with its secrets encrypted", async (t) => {
  const iam = await startForTest(t);
  const stack = await TestStack.create(t);
  Object.assign(stack.env, iam.environment, {
    SERVICE_ACCOUNT: iam.serviceAccountId,
    USER_NAME: iam.userName,
  });
  await stack.write("index.js", PROGRAM);
  await stack.up();
  const { stdout: exported } = await stack.expect("stack", "export");

  const found = check(exported);
  assert.deepEqual(found.lines, [
    'forgotten (yandex:StaticAccessKey): nothing rotates it. Set rotate: { every: "90d" }, or more often.',
    "mailer (aws:RotatingAccessKey): its rotation is paused. Remove paused: true from rotate.",
  ]);
  assert.equal(found.status, 2);
  assert.deepEqual(check(exported, "--except=forgotten", "--except=mail*"), {
    status: 0,
    lines: [],
    stderr: "",
  });
  const advisory = check(exported, "--level=advisory");
  assert.deepEqual([advisory.status, advisory.lines], [0, found.lines]);
  assert.equal(check(exported, "--level=disabled").lines.length, 0);

  // A millisecond: every key is older, rotated too rarely or valid for too long.
  const strict = check(exported, "--max-age=0.00000001");
  const names = ["forgotten", "uploads", "rotating-uploads", "expiring", "mailer", "session", "job"];
  for (const name of names)
    assert.ok(
      strict.lines.some((line) => line.startsWith(`${name} (`)),
      name,
    );
  for (const secret of iam.secrets()) assert.ok(!strict.lines.join().includes(secret));

  await stack.write("exported.json", exported);
  assert.deepEqual(check("", path.join(stack.folder, "exported.json")).lines, found.lines);
});

describe("an export", () => {
  const type = "pulumi-nodejs:dynamic/iam-keys/yandex:StaticAccessKey";
  const old = {
    urn: `urn:pulumi:dev::things::my:Component$${type}::old`,
    type,
    inputs: { rotate: { every: "30d" } },
    outputs: { keySince: "2020-01-01T00:00:00Z" },
  };
  const exportOf = (...resources: object[]) => JSON.stringify({ version: 3, deployment: { resources } });

  test("without keys, or without resources, is right", () => {
    for (const text of [exportOf(), '{"version":3,"deployment":{}}'])
      assert.deepEqual(check(text), { status: 0, lines: [], stderr: "" });
  });

  test("comes late, through a pipe that npx has made non-blocking", () => {
    // As npm does: a process that has looked at its standard input hands it on.
    const npx = `process.stdin.pause();
      const { spawnSync } = require("node:child_process");
      const [command] = process.argv.slice(1);
      process.exitCode = spawnSync(process.execPath, [command, "check"], { stdio: "inherit" }).status;`;
    const late = `(sleep 1; echo '{ "deployment": {} }') | "$0" --eval "$1" "$2"`;
    const { status, stderr } = spawnSync("sh", ["-c", late, process.execPath, npx, command], {
      encoding: "utf8",
    });
    assert.deepEqual([status, stderr], [0, ""]);
  });

  test("has keys of the plugin, too", () => {
    const native = "iam-keys:yandex:StaticAccessKey";
    const { status, lines } = check(exportOf({ ...old, urn: old.urn.replace(type, native), type: native }));
    assert.equal(status, 2);
    assert.match(lines.join(), /^old \(yandex:StaticAccessKey\): its key is/);
  });

  test("has keys that are on their way out, which are not judged", () => {
    assert.match(
      check(exportOf(old)).lines.join(),
      /^old \(yandex:StaticAccessKey\): its key is \d+(?:\.\d)? days old/,
    );
    assert.equal(check(exportOf({ ...old, delete: true })).status, 0);
    assert.equal(check(exportOf({ ...old, pendingReplacement: true })).status, 0);
  });

  test("that is none, and options that are none, end with 4 and 3 and say so", () => {
    for (const text of [
      "",
      "{",
      "[]",
      '"deployment"',
      '{"checkpoint":{}}',
      '{"deployment":{"resources":7}}',
    ]) {
      const { status, stderr } = check(text);
      assert.equal(status, 4, text);
      assert.match(stderr, /^iam-keys check: This is not what `pulumi stack export` writes/);
    }
    const bad: [string[], RegExp, number?][] = [
      [
        ["--max-age=a year"],
        /--max-age <days>' argument 'a year' is invalid\. It must be a number of days above 0/,
      ],
      [["--max-age=0"], /It must be a number of days/],
      [["--level=strict"], /Allowed choices are mandatory, advisory, disabled/],
      [["--every=30d"], /--every/],
      [["a", "b"], /too many arguments/],
      [["no-such-file.json"], /no-such-file\.json cannot be read \(ENOENT\)/, 4],
    ];
    for (const [args, reason, expected = 3] of bad) {
      const { status, stderr } = check(exportOf(), ...args);
      assert.equal(status, expected, args.join());
      assert.match(stderr, reason);
    }
  });
});
