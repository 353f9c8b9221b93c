import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { markdown } from "../../cli/rotate/markdown.ts";
import type { Report } from "../../cli/rotate/report.ts";
import { DAY, PipelineStack, STACK, useLocalEngine } from "./pipelineStack.ts";

useLocalEngine();

/** A project, whose program is another one here. */
const EXAMPLE = path.join(import.meta.dirname, "../../examples/pipeline");

/** Two keys of a pair, a third one that is due before them, and one that follows from the first of the pair and is due later. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { yandex } from "pulumi-iam-keys";
const serviceAccountId = new pulumi.Config().require("serviceAccountId");
const policy = { serviceAccountId, rotate: { every: "30d" }, overlap: "1d" };
const primary = new yandex.RotatingStaticAccessKey("primary", policy);
new yandex.RotatingStaticAccessKey("standby", policy);
new yandex.RotatingApiKey("third", { ...policy, rotate: { every: "29d" } });
new yandex.RotatingApiKey("follower", { ...policy, rotate: { every: "31d" }, description: primary.id.apply(() => "of primary") });
`;

const rotated = ({ keys }: Report) =>
  keys.filter(({ events }) => events.some(({ did }) => did === "rotated")).map(({ name }) => name);

test("runs that may rotate so many keys, or one of a pair, leave the others to the next ones", async (t) => {
  await using stack = await PipelineStack.create();
  const { clock, iam } = stack;
  await cp(EXAMPLE, stack.program, { recursive: true });
  await writeFile(path.join(stack.program, "index.ts"), PROGRAM);
  await stack.shell(
    `pulumi stack init ${STACK} && pulumi config set serviceAccountId ${iam.serviceAccountId} && pulumi up --yes --skip-preview`,
  );
  clock.advance(32 * DAY);
  const only = (most: number, ...apart: string[][]) => ({ limits: { most, apart } });

  await t.test("the most overdue key first; the others are told, and the run goes well", async () => {
    const report = await stack.rotate(only(1));
    assert.deepEqual([report.exitCode, report.result, rotated(report)], [0, "rotated", ["third"]]);
    assert.deepEqual(report.putOff.toSorted(), ["follower", "primary", "standby"]);
    assert.match(report.message, /^Done, except what is left for later runs: /);
    assert.deepEqual(
      report.due.map((line) => line.split(" ")[0]),
      ["third"],
    );
    assert.match(
      markdown(report),
      /left for later runs by `rotate\.group`, `--max-rotations` or `--apart`\*\*\n\n- \w+\n/,
    );
  });

  await t.test(
    "a key goes with the one that it follows from, even where that is more than may be",
    async () => {
      const report = await stack.rotate(only(1, ["primary", "standby"]));
      assert.equal(report.exitCode, 0, report.message);
      assert.deepEqual([rotated(report).toSorted(), report.putOff], [["follower", "primary"], ["standby"]]);
    },
  );

  await t.test("an order does not wait, and a run with nothing left says so", async () => {
    const report = await stack.rotate({ ...only(1), order: "incident-1:third,primary" });
    assert.equal(report.exitCode, 0, report.message);
    assert.deepEqual([rotated(report).toSorted(), report.putOff], [["primary", "standby", "third"], []]);
    assert.equal(report.message, "Everything that was due is done.");
    assert.deepEqual((await stack.rotate(only(1))).message, "Nothing is due.");
  });

  await t.test("one of a pair in a run, however often the run is tried", async () => {
    clock.advance(32 * DAY);
    iam.fail({ operation: "AccessKey.create", times: 1, fault: { status: 409, code: 10 } });
    iam.fail({ operation: "ApiKey.create", times: 1, fault: { status: 409, code: 10 } });
    const report = await stack.rotate({ limits: { apart: [["primary", "stand*"]] }, attempts: 3 });
    assert.equal(report.exitCode, 0, report.message);
    assert.equal(rotated(report).filter((name) => ["primary", "standby"].includes(name)).length, 1);
    assert.equal(report.putOff.length, 1);
  });

  await t.test("one of those with the same rotate.group, without an option of the run", async () => {
    await stack.rotate();
    const touched = () =>
      iam.requests.filter(({ operation }) => /\.(create|delete)$/i.test(operation)).length;
    const before = touched();
    await writeFile(path.join(stack.program, "index.ts"), PROGRAM.replace("30d", '30d", group: "pair'));
    await stack.shell("pulumi up --yes --skip-preview");
    assert.equal(touched(), before);
    clock.advance(32 * DAY);
    const [first, second] = [await stack.rotate(), await stack.rotate()];
    assert.deepEqual([first.exitCode, second.exitCode], [0, 0], first.message);
    const [one = ""] = second.putOff.length === 0 ? rotated(second) : [];
    assert.deepEqual(first.putOff, [one]);
    assert.deepEqual([...rotated(first), one].toSorted(), ["follower", "primary", "standby", "third"]);
  });

  await t.test("what is put off for too long is for a person to see", async () => {
    clock.advance(35 * DAY);
    const report = await stack.rotate(only(1));
    assert.deepEqual([report.exitCode, report.failures.map(({ code }) => code)], [3, ["OVERDUE"]]);
    assert.equal(rotated(report).length, 1);
    assert.match(report.message, /See what holds it back: .*rotate\.group, --max-rotations, --apart/);
  });
});
