import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { BenchIam } from "../../bench/benchIam.ts";
import { LOCAL_ENGINE } from "../../bench/benchStack.ts";
import { runStack } from "../../bench/measures/stackOperations.ts";
import { atMost, exactly, skipped, timesFloor } from "../../bench/row.ts";
import { runMeasures } from "../../bench/runMeasures.ts";
import { Sample } from "../../bench/statistics.ts";
import { endOf } from "../support/ended.ts";

const BENCH = fileURLToPath(new URL("../../bench/cli.ts", import.meta.url));

const bench = async (...args: string[]) =>
  endOf(spawn(process.execPath, [BENCH, ...args], { stdio: ["ignore", "pipe", "pipe"] }));

describe("the bench", { concurrency: true }, () => {
  it("counts by the server's log, and finds no request too many", async () => {
    const { stdout, code } = await bench("--quick", "--only", "requests");
    assert.match(
      stdout,
      /\| requests: create 20 static keys, .* \| 1 AccessKey\.list, 20 AccessKey\.create, 20 s3:ListBuckets/,
    );
    assert.match(stdout, /\| requests: refresh of 1001 keys of one account +\| 2 AccessKey\.list +\|/);
    assert.match(stdout, /\n6 rows: 6 met, 0 missed, 0 skipped\.\n$/);
    assert.equal(code, 0);
  });

  it("finds no request where there is nothing to do, and small resources in the state", async () => {
    await using iam = await BenchIam.start();
    const { requests, stateBytes, seconds } = await runStack(LOCAL_ENGINE, iam, {
      resources: "keys",
      count: 2,
    });
    assert.deepEqual(requests.preview, {});
    assert.deepEqual(requests["no-op up"], {});
    assert.deepEqual(requests.refresh, { "AccessKey.list": 1, "IamToken.create": 1, "Key.list": 1 });
    assert.deepEqual(requests.replace, {
      "AccessKey.create": 1,
      "AccessKey.delete": 1,
      "AccessKey.list": 1,
      // Each ends the trial of a new key.
      "AccessKey.update": 1,
      "IamToken.create": 2,
      "Key.create": 1,
      "Key.delete": 1,
      "Key.list": 1,
      "Key.update": 1,
      "s3:ListBuckets": 1,
    });
    assert.ok(stateBytes.own > 100 && stateBytes.own <= 700, `${stateBytes.own} bytes`);
    assert.ok(Object.values(seconds).every((each) => each > 0));
  });

  it("says what is missed, and what it could not measure", async () => {
    const fast = new Sample([1, 1.1, 5], "s");
    const slow = new Sample([1.5], "s");
    const rows = [
      timesFloor("fast", fast, slow, 1.15),
      timesFloor("slow", slow, fast, 1.15),
      atMost("small", fast, 2, "s"),
      atMost("large", fast, 1, "s"),
      exactly("right", { b: 1, a: 2 }, { a: 2, b: 1 }),
      exactly("wrong", { a: 2 }, { a: 1 }),
      skipped("elsewhere", "there is none here"),
    ];
    assert.deepEqual(
      rows.map(({ what, verdict }) => `${what} ${verdict}`),
      [
        "fast met",
        "slow missed",
        "small met",
        "large missed",
        "right met",
        "wrong missed",
        "elsewhere skipped",
      ],
    );
    let printed = "";
    const measure = { name: "all", run: async () => rows };
    const options = { rounds: 1, many: 1, onEngine: undefined, onCli: 1, only: undefined };
    const broken = {
      name: "broken",
      async run() {
        throw new Error("it broke");
      },
    };
    const missed = await runMeasures([broken, measure], options, (table) => {
      printed = table;
    });
    assert.equal(missed, 4);
    assert.match(printed, /\| broken +\| +\| +\| it failed +\| missed +\|/);
    assert.match(printed, /\| slow +\| 1\.5 s +\| 1\.1 s \(1–5\) +\| 1\.36 × \(≤ 1\.15 ×\) +\| missed +\|/);
    assert.match(printed, /\n8 rows: 3 met, 4 missed, 1 skipped\.$/);
  });

  it("refuses options by name", async () => {
    const refusals: [RegExp, ...string[]][] = [
      [/--rounds must be a whole number from 1 to 99, not "0"/, "--rounds", "0"],
      [/--on-engine must be a whole number from 100 to 999999, not "99"/, "--on-engine", "99"],
      [/--only must be part of one of requests, .*, and "nothing" is not/, "--only", "nothing"],
      [/'--fast'/, "--fast"],
    ];
    for (const [message, ...args] of refusals) {
      const { stderr, code } = await bench(...args);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });
});
