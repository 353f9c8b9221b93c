import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { TestStack } from "./support/stack.ts";

// What @pulumi/pulumi/automation asks of the CLI beside what people type. tests/pipeline has the events over TCP.
test("events go to a file beside what is shown; version and history are known", async (t) => {
  const stack = await TestStack.create(t);
  await stack.program({ resources: [{ name: "a", props: { v: "1", pw: { $secret: "hush-hush" } } }] });
  const log = path.join(stack.folder, "events.log");
  const { stdout } = await stack.expect(
    ...["up", "--yes", "--skip-preview", "--exec-kind", "auto.local", "--exec-agent", "a test"],
    ...["--event-log", log],
  );
  assert.match(stdout, /^Updating \(dev\):\n[\s\S]*\+ 2 created/);

  const content = await readFile(log, "utf8");
  assert.doesNotMatch(content, /hush-hush/);
  const events = content
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { sequence: number; summaryEvent?: { resourceChanges: object } });
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, index) => index),
  );
  assert.deepEqual(Object.keys(events[0] ?? {}), ["sequence", "timestamp", "preludeEvent"]);
  assert.deepEqual(events.find((event) => event.summaryEvent)?.summaryEvent?.resourceChanges, { create: 2 });
  assert.deepEqual(Object.keys(events.at(-1) ?? {}), ["sequence", "timestamp", "cancelEvent"]);

  const { version } = JSON.parse(
    await readFile(path.join(stack.folder, "node_modules/@pulumi/pulumi/package.json"), "utf8"),
  );
  assert.equal((await stack.expect("version")).stdout, `v${version}\n`);
  assert.equal(
    (await stack.expect("stack", "history", "--json", "--page-size", "1", "--page", "1")).stdout,
    "[]\n",
  );
});
