import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { COMMANDS } from "../../cli/commands.ts";
import { EXIT, EXIT_CODES, worstOf } from "../../cli/exitCodes.ts";
import { VERSION } from "../../provider/version.ts";

const MAIN = path.join(import.meta.dirname, "../../dist/cli/main.js");

function iamKeys(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { code: status, stdout, stderr };
}

describe("iam-keys", () => {
  test("lists its commands, however it is asked", () => {
    const bare = iamKeys();
    for (const args of [["help"], ["--help"], ["-h"]]) assert.deepEqual(iamKeys(...args), bare);
    assert.deepEqual([bare.code, bare.stderr], [0, ""]);
    for (const { name, summary } of COMMANDS) {
      assert.match(bare.stdout, new RegExp(`^ {2}${name} `, "m"));
      assert.ok(bare.stdout.replace(/\s+/g, " ").includes(summary), name);
    }
  });

  test("says the version of the package", () => {
    assert.deepEqual(iamKeys("--version"), { code: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  for (const { name, options, codes } of COMMANDS) {
    test(`tells of ${name} in 80 columns, with every option and exit code, however it is asked`, () => {
      const help = iamKeys("help", name);
      for (const args of [
        [name, "--help"],
        [name, "-h"],
      ])
        assert.deepEqual(iamKeys(...args), help);
      assert.deepEqual([help.code, help.stderr], [0, ""]);
      for (const { flags } of options) assert.ok(help.stdout.includes(flags), flags);
      for (const code of Object.keys(codes))
        assert.match(help.stdout, new RegExp(`^ {2}${code} {2}\\S`, "m"));
      assert.ok(Math.max(...help.stdout.split("\n").map((line) => line.length)) <= 80);
    });
  }

  test("refuses what it does not know, and names what may have been meant", () => {
    for (const [args, message] of [
      [["statsu"], /unknown command 'statsu'\n\(Did you mean status\?\)/],
      [["status", "--ofline"], /unknown option '--ofline'\n\(Did you mean --offline\?\)/],
      [["--json"], /unknown option '--json'\n\(iam-keys --help lists the commands\.\)/],
    ] as const) {
      const { code, stdout, stderr } = iamKeys(...args);
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [3, ""]);
    }
  });

  test("completes commands and options in shells", () => {
    assert.match(iamKeys("complete", "bash").stdout, /complete .*iam-keys$/m);
    assert.match(iamKeys("complete", "--", "st").stdout, /^status\t/m);
    assert.match(iamKeys("complete", "--", "status", "--of").stdout, /^--offline\t/m);
  });
});

test("of several exit codes the one counts by which a schedule has to act first", () => {
  assert.equal(worstOf([]), EXIT.fine);
  assert.equal(worstOf([EXIT.found, EXIT.failed]), EXIT.failed);
  assert.equal(worstOf([EXIT.found, EXIT.person, EXIT.failed]), EXIT.person);
  assert.equal(worstOf([EXIT.unseen, EXIT.person, EXIT.found]), EXIT.unseen);
  assert.deepEqual(Object.values(EXIT).map(String), Object.keys(EXIT_CODES));
});
