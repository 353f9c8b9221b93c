import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

interface Event {
  sequence: number;
  timestamp: number;
  preludeEvent?: { config: Record<string, string> };
  resourcePreEvent?: { metadata: Metadata };
  resOutputsEvent?: { metadata: Metadata };
  resOpFailedEvent?: { metadata: Metadata };
  diagnosticEvent?: { urn?: string; prefix?: string; message: string; severity: string };
  summaryEvent?: { resourceChanges: Record<string, number>; isPreview: boolean; result: string };
  cancelEvent?: object;
}

interface Metadata {
  op: string;
  urn: string;
  keys?: string[];
  old: { outputs: Record<string, unknown> } | null;
  new: { id: string; outputs: Record<string, unknown> } | null;
}

function eventsOf(stdout: string): Event[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Event);
}

const program = (v: string) => ({
  resources: [
    { name: "a", props: { v, pw: { $secret: "hush-hush" } } },
    { name: "b", props: { v: "1", up: { $ref: "a.made" } } },
  ],
  outputs: { pw: { $ref: "a.pw" } },
});
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

describe("--json", { concurrency: 2 }, () => {
  it("preview is one document, also before an update", async (t) => {
    const stack = await TestStack.create(t);
    await stack.expect("config", "set", "--secret", "key", "config-hush");
    await stack.program(program("1"));
    const { stdout } = await stack.expect("preview", "--json");
    const { config, steps, changeSummary } = JSON.parse(stdout) as {
      config: Record<string, string>;
      steps: { op: string; newState: { inputs: Record<string, unknown> } }[];
      changeSummary: Record<string, number>;
    };
    assert.deepEqual(config, { "things:key": "[secret]" });
    assert.deepEqual(
      steps.map(({ op }) => op),
      ["create", "create", "create"],
    );
    assert.equal(steps[1]?.newState.inputs.pw, "[secret]");
    assert.deepEqual(changeSummary, { create: 3 });
    const streamed = await stack.run(["preview", "--json"], { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" });
    assert.equal(eventsOf(streamed.stdout).at(-2)?.summaryEvent?.isPreview, true);
    const updated = await stack.expect("up", "--yes", "--json");
    const [digest = "", events = ""] = updated.stdout.split(/^(?=\{"sequence":0)/m);
    assert.deepEqual((JSON.parse(digest) as typeof JSON).constructor, Object);
    assert.ok(eventsOf(events).length > 5);
    assert.doesNotMatch(stdout + streamed.stdout + updated.stdout, /hush/);
  });

  it("up is a line an event: what began, what came of it, and the sums", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program("1"));
    await stack.up();
    await stack.program(program("2"));
    const { stdout } = await stack.expect("up", "--yes", "--skip-preview", "--json");
    assert.doesNotMatch(stdout, /hush/);
    const events = eventsOf(stdout);
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      events.map((_, index) => index),
    );
    assert.deepEqual(events[0]?.preludeEvent, { config: {} });
    const began = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    assert.deepEqual(
      began.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`),
      ["same things-dev", "create-replacement a", "replace a", "update b", "delete-replaced a"],
    );
    assert.deepEqual(began[1]?.keys, ["v"]);
    const ended = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
    assert.equal(ended[0]?.new?.id, "a-2");
    assert.deepEqual(ended[0]?.new?.outputs.pw, secret);
    assert.deepEqual(ended.at(-1)?.new?.outputs, { pw: secret });
    assert.deepEqual(events.at(-2)?.summaryEvent?.resourceChanges, { same: 1, replace: 1, update: 1 });
    assert.deepEqual(events.at(-1)?.cancelEvent, {});
  });

  it("failures, refreshes and deletes have their events", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program("1"));
    await stack.world({ fail: ["create b"], complain: "the provider says hush-hush" });
    const failed = await stack.run(["up", "--yes", "--skip-preview", "--json"]);
    assert.equal(failed.code, 1);
    assert.doesNotMatch(failed.stdout, /hush/);
    const events = eventsOf(failed.stdout);
    assert.equal(
      events.find(({ resOpFailedEvent }) => resOpFailedEvent)?.resOpFailedEvent?.metadata.op,
      "create",
    );
    const messages = events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
    assert.ok(messages.some(({ urn, message }) => urn?.endsWith("::b") && message === "cannot create b\n"));
    assert.equal(events.at(-2)?.summaryEvent?.result, "failed");
    await stack.world({ drift: { a: { v: "9" } } });
    const refreshed = eventsOf((await stack.expect("refresh", "--yes", "--skip-preview", "--json")).stdout);
    assert.deepEqual(refreshed.at(-2)?.summaryEvent?.resourceChanges, { same: 1, update: 1 });
    const destroyed = eventsOf((await stack.expect("destroy", "--yes", "--skip-preview", "--json")).stdout);
    assert.deepEqual(destroyed.at(-2)?.summaryEvent?.resourceChanges, { delete: 2 });
  });
});
