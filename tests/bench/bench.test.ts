import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { BenchIam } from "../../bench/benchIam.ts";
import { grown } from "../../bench/grown.ts";
import { runStack } from "../../bench/measures/stackOperations.ts";
import type { Options } from "../../bench/options.ts";
import { atMost, exactly, moreThanFloor, type Row, summaryOf, tableOf, timesFloor } from "../../bench/row.ts";
import { runMeasures } from "../../bench/runMeasures.ts";
import { Sample } from "../../bench/statistics.ts";
import { localEngine } from "../../tools/engine.ts";
import { COMPILED } from "../support/compiled.ts";
import { endOf } from "../support/ended.ts";

const BENCH = fileURLToPath(new URL("../../bench/cli.ts", import.meta.url));

const bench = async (...args: string[]) =>
  endOf(spawn(process.execPath, [BENCH, ...args], { stdio: ["ignore", "pipe", "pipe"] }));

const OPTIONS: Options = {
  rounds: 1,
  count: 1,
  counts: [],
  many: 1,
  storm: 1,
  json: undefined,
  only: undefined,
};

describe("the bench", { concurrency: true }, () => {
  it("finds no request where there is nothing to do, and says what the program took", async () => {
    await using iam = await BenchIam.start();
    const environment = { ...localEngine.environment, NODE_COMPILE_CACHE: COMPILED };
    const { requests, stateBytes, ran } = await runStack({ ...localEngine, environment }, iam, {
      door: "dynamic",
      resources: "keys",
      count: 2,
    });
    assert.deepEqual(requests.preview, {});
    assert.deepEqual(requests["no-op"], {});
    assert.deepEqual(requests.refresh, { "AccessKey.list": 1, "IamToken.create": 1, "Key.list": 1 });
    assert.deepEqual(requests.replace, {
      "AccessKey.create": 1,
      "AccessKey.delete": 1,
      "AccessKey.list": 2,
      // Each ends the trial of a new key.
      "AccessKey.update": 1,
      "IamToken.create": 2,
      "Key.create": 1,
      "Key.delete": 1,
      "Key.list": 2,
      "Key.update": 1,
      "s3:ListBuckets": 1,
    });
    assert.deepEqual(requests.destroy, {
      "AccessKey.delete": 1,
      "AccessKey.list": 1,
      "IamToken.create": 1,
      "Key.delete": 1,
      "Key.list": 1,
    });
    assert.ok(stateBytes.own > 100 && stateBytes.own <= 700, `${stateBytes.own} bytes`);
    assert.ok(Object.values(ran).every(({ seconds }) => seconds > 0));
    const { program } = ran.up.usage;
    assert.ok(program !== undefined && program.seconds > 0 && program.memory > 1e7);
    assert.equal(ran.destroy.usage.program, undefined);
  });

  it("says what is missed, what has no target, and what failed", async () => {
    const fast = new Sample([1, 1.1, 5], "s");
    const slow = new Sample([1.5], "s");
    const rows = [
      timesFloor("fast", { measured: fast, floor: slow, most: 1.15 }),
      timesFloor("slow", { measured: slow, floor: fast, most: 1.15 }),
      timesFloor("untold", { measured: slow, floor: fast }),
      moreThanFloor("a little more", { measured: slow, floor: fast, most: 0.5 }),
      moreThanFloor("much more", { measured: slow, floor: fast, most: 0.1 }),
      atMost("small", fast, 2),
      atMost("large", fast, 1),
      exactly("right", { b: 1, a: 2 }, { a: 2, b: 1 }),
      exactly("wrong", { a: 2 }, { a: 1 }),
    ];
    assert.deepEqual(
      rows.map(({ what, verdict }) => `${what}: ${verdict}`),
      [
        "fast: met",
        "slow: missed",
        "untold: shown",
        "a little more: met",
        "much more: missed",
        "small: met",
        "large: missed",
        "right: met",
        "wrong: missed",
      ],
    );
    const measure = { name: "all", run: async () => rows };
    const broken = {
      name: "broken",
      async run() {
        throw new Error("it broke\nhere");
      },
    };
    const written: number[] = [];
    const all = await runMeasures([broken, measure], OPTIONS, async (soFar: readonly Row[]) => {
      written.push(soFar.length);
    });
    assert.deepEqual(written, [1, 10]);
    const printed = tableOf(all);
    assert.match(printed, /\| broken +\| +\| +\| failed: it broke +\| missed +\|/);
    assert.match(printed, /\| slow +\| 1\.5 s +\| 1\.1 s \(1–5\) +\| 1\.36 × \(≤ 1\.15 ×\) +\| missed +\|/);
    assert.equal(summaryOf(all), "10 rows: 4 met, 5 missed, 1 without a target.");
  });

  it("writes its results for machines", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-bench-"));
    try {
      const file = path.join(folder, "results.json");
      const { code, stdout } = await bench("--quick", "--only", "requests", "--json", file);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /\| requests: refresh of 1001 keys of one account +\| 2 AccessKey\.list +\|/);
      const { rows, options } = JSON.parse(await readFile(file, "utf8"));
      assert.deepEqual(options, ["--quick", "--only", "requests", "--json", file]);
      assert.deepEqual(
        rows.map(({ verdict }: Row) => verdict),
        rows.map(() => "met"),
      );
      assert.match(stdout, new RegExp(`\n${rows.length} rows: ${rows.length} met, 0 missed`));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("makes a state of two resources one of many", () => {
    const urn = (name: string) => `urn:pulumi:dev::bench::some:Type::${name}`;
    const resource = (name: string, type: string) => ({
      urn: urn(name),
      type,
      inputs: { owner: `x/${name}` },
    });
    const stack = {
      urn: "urn:pulumi:dev::bench::pulumi:pulumi:Stack::bench-dev",
      type: "pulumi:pulumi:Stack",
    };
    const state = {
      version: 3,
      deployment: { resources: [stack, resource("resource-0", "a"), resource("resource-1", "b")] },
    };
    assert.deepEqual(grown(state, 4).deployment.resources, [
      stack,
      resource("resource-0", "a"),
      resource("resource-1", "b"),
      resource("resource-2", "a"),
      resource("resource-3", "b"),
    ]);
  });

  it("refuses options by name", async () => {
    const refusals: [RegExp, ...string[]][] = [
      [/--rounds must be a whole number from 1 to 99, not "0"/, "--rounds", "0"],
      [/--only must be part of one of stacks, .*, and "nothing" is not/, "--only", "nothing"],
      [/'--fast'/, "--fast"],
    ];
    for (const [message, ...args] of refusals) {
      const { stderr, code } = await bench(...args);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });
});
