import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prometheusText } from "../../cli/status/prometheus.ts";
import { daysAgo, hidden, NOW, reportOn, resource, rotated, shown } from "./support.ts";

const STATIC = "yandex:RotatingStaticAccessKey";
const DAY_S = 24 * 60 * 60;
const key = (days: number, id = "current") => ({
  id,
  createdAt: daysAgo(days),
  serviceAccountId: "account",
  secretAccessKey: "the secret of the key",
});

describe("the text format of Prometheus", () => {
  test("tells of each key what alarms are made of, and names each gauge once", async () => {
    const young = {
      inputs: rotated(30, 20),
      outputs: { current: shown(key(20)), previous: shown({ ...key(40, "old"), replacedAt: daysAgo(0.5) }) },
    };
    const late = { inputs: rotated(30, 33), outputs: { current: shown(key(33)) } };
    const report = await reportOn([resource(STATIC, "young", young), resource(STATIC, "late", late)], {
      within: 14 * DAY_S * 1000,
    });
    const text = prometheusText([report, { ...report, stack: "things/prod", keys: [], isComplete: false }]);
    const labels = (name: string, id: string, state: string) =>
      `{stack="things/dev",resource="${name}",type="${STATIC}",key_id="${id}",state="${state}"}`;
    const lines = text.split("\n");
    for (const line of [
      `iam_keys_key_age_seconds${labels("young", "current", "current")} ${20 * DAY_S}`,
      `iam_keys_key_due_timestamp_seconds${labels("young", "current", "current")} ${NOW / 1000 + 10 * DAY_S}`,
      `iam_keys_key_due_soon${labels("young", "current", "current")} 1`,
      `iam_keys_key_overdue${labels("young", "current", "current")} 0`,
      `iam_keys_key_due_timestamp_seconds${labels("young", "old", "previous")} ${NOW / 1000 + DAY_S / 2}`,
      `iam_keys_key_overdue${labels("late", "current", "current")} 1`,
      'iam_keys_stack_complete{stack="things/dev"} 1',
      'iam_keys_stack_complete{stack="things/prod"} 0',
      `iam_keys_stack_looked_timestamp_seconds{stack="things/dev"} ${NOW / 1000}`,
    ])
      assert.ok(lines.includes(line), `${line}\n\n${text}`);
    const names = lines.flatMap((line) => /^# TYPE (\S+) gauge$/.exec(line)?.[1] ?? []);
    assert.equal(new Set(names).size, names.length);
    for (const name of names)
      assert.equal(lines.filter((line) => line.startsWith(`# HELP ${name} `)).length, 1);
    // Nobody was asked when they were used.
    assert.ok(!lines.some((line) => line.startsWith("iam_keys_key_last_use")));
    assert.doesNotMatch(text, /the secret of|NaN|undefined|Infinity/);
  });

  test("every line is one of the format, whatever a resource is called, and no two are of the same labels", async () => {
    const outputs = { current: hidden(), previous: hidden() };
    const same = resource(STATIC, 'a "name"\\n\\of\nlines', { inputs: rotated(30, 33), outputs });
    const due = resource(STATIC, 'a "name"\\n\\of\nlines', { inputs: rotated(30, 1), outputs });
    const text = prometheusText([await reportOn([same, due])]);
    const lines = text.split("\n").filter((line) => !line.startsWith("# "));
    const sample = /^(\w+\{(?:\w+="(?:[^"\\\n]|\\["\\n])*",?)+\}) -?[\d.]+$/;
    const series = lines.map((line) => sample.exec(line)?.[1] ?? assert.fail(line));
    assert.equal(new Set(series).size, series.length);
    assert.ok(text.includes('resource="a \\"name\\"\\\\n\\\\of\\nlines"'), text);
    // Of two keys that cannot be told apart, the one that is late is the one that matters.
    assert.match(text, /^iam_keys_key_overdue\{.*state="current"\} 1$/m);
  });
});
