import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters, styleText } from "node:util";
import stringWidth from "string-width";
import { reportLines } from "../../cli/status/report.ts";
import type { Paint } from "../../cli/terminal.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { daysAgo, type Given, hidden, NOW, printed, reportOn, resource, rotated, shown } from "./support.ts";

const STATIC = "yandex:RotatingStaticAccessKey";
const key = (days: number, id = "current", more = {}) => ({
  id,
  createdAt: daysAgo(days),
  serviceAccountId: "account",
  accessKeyId: `YCAJE-${id}`,
  secretAccessKey: `the secret of ${id}`,
  ...more,
});
const previous = (replaced: number, more = {}) =>
  key(40, "previous", { replacedAt: daysAgo(replaced), ...more });

interface Expected {
  readonly what: string;
  readonly type?: string;
  readonly given: Given;
  readonly config?: Record<string, string>;
  /** Of each row: state, action, reason, whether it is overdue, and what the text says. */
  readonly rows: readonly (readonly [string, string, string | null, boolean, RegExp])[];
}

/** A rotating resource with a policy of 30 days whose key is so old, and what is held beside it. */
const rotating = (
  age: number,
  more: Record<string, unknown> = {},
  outputs: Record<string, unknown> = {},
): Given => ({
  inputs: rotated(30, age, more),
  outputs: { current: shown(key(age)), ...outputs },
});

const CASES: readonly Expected[] = [
  {
    what: "a young key",
    given: rotating(10),
    rows: [["current", "none", null, false, /^nothing$/]],
  },
  {
    what: "a key that is due",
    given: rotating(33),
    rows: [
      [
        "current",
        "rotate",
        "due",
        true,
        /^new key: due since 2026-03-07 12:00 UTC \(every 30d\); current keeps working until 2026-03-11 12:00 UTC$/,
      ],
    ],
  },
  {
    what: "a key to the very moment",
    given: rotating(30),
    rows: [["current", "rotate", "due", true, /^new key: due since 2026-03-10 12:00 UTC /]],
  },
  {
    what: "a due key that waits for its window",
    given: rotating(33, { rotate: { window: { days: ["fri"], hours: "22:00-04:00", timeZone: "UTC" } } }),
    rows: [["current", "hold", "window", true, /^held by its window until 2026-03-13 22:00 UTC: due since/]],
  },
  {
    what: "a due key whose rotation is paused",
    given: rotating(33, { rotate: { paused: true } }),
    rows: [["current", "hold", "paused", true, /^paused: due since 2026-03-07 12:00 UTC \(every 30d\)$/]],
  },
  {
    what: "an order that was not carried out, whatever holds the key",
    given: rotating(1, { rotate: { paused: true } }),
    config: { "iam-keys:rotateNow": "incident-42:ke*" },
    rows: [
      ["current", "rotate", "ordered", true, /^new key: ordered by iam-keys:rotateNow \(incident-42\); /],
    ],
  },
  {
    what: "an order that was",
    given: rotating(1, { rotateNow: "incident-42" }),
    config: { "iam-keys:rotateNow": "incident-42:*" },
    rows: [["current", "none", null, false, /^nothing$/]],
  },
  {
    what: "an order that cannot be read",
    given: rotating(1),
    config: { "iam-keys:rotateNow": "now" },
    rows: [["current", "fail", "refused", false, /iam-keys:rotateNow must be "<token>:<pattern>/]],
  },
  ...[0.5, 3].map(
    (days): Expected => ({
      what: `an order to go back to a previous key that was replaced ${days} days ago, which nobody is asked for`,
      given: rotating(days, {}, { previous: shown(previous(days)) }),
      config: { "iam-keys:revertNow": "oops-1:ke*" },
      rows: [
        [
          "current",
          "revert",
          "ordered",
          true,
          /^back to the previous key previous: ordered by iam-keys:revertNow \(oops-1\); current keeps working until 2026-03-11 12:00 UTC$/,
        ],
        ["previous", "revert", "ordered", true, /^current again: ordered by iam-keys:revertNow \(oops-1\)$/],
      ],
    }),
  ),
  {
    what: "an order to go back that was carried out",
    given: rotating(0.5, {}, { revertNow: "oops-1", previous: shown(previous(0.5)) }),
    config: { "iam-keys:revertNow": "oops-1:*" },
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["previous", "none", null, false, /^nothing$/],
    ],
  },
  {
    what: "an order to go back where there is no previous key",
    given: rotating(0.5),
    config: { "iam-keys:revertNow": "oops-1:*" },
    rows: [["current", "fail", null, false, /there is none any more, or was none yet/]],
  },
  {
    what: "a previous key in its overlap",
    given: rotating(0.5, {}, { previous: shown(previous(0.5)) }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["previous", "none", null, false, /^nothing$/],
    ],
  },
  {
    what: "a previous key after it",
    given: rotating(3, {}, { previous: shown(previous(3)) }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["previous", "delete", "overlapOver", true, /^deleted: its overlap is over$/],
    ],
  },
  {
    what: "a previous key after it whose use nobody can look up",
    given: rotating(3, { retire: { unlessUsedWithin: "12h" } }, { previous: shown(previous(3)) }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["previous", "delete", "overlapOver", true, /is over, unless it was used within 12h$/],
    ],
  },
  {
    what: "on AWS, a previous key after it",
    type: "aws:RotatingAccessKey",
    given: rotating(3, {}, { previous: shown(previous(3)) }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["previous", "deactivate", "overlapOver", true, /^made inactive: its overlap is over$/],
    ],
  },
  {
    what: "on AWS, an inactive key",
    type: "aws:RotatingAccessKey",
    given: rotating(3, {}, { previous: shown(previous(3, { inactiveSince: daysAgo(0.5) })) }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["inactive", "none", null, false, /^nothing$/],
    ],
  },
  {
    what: "on AWS, one after its grace",
    type: "aws:RotatingAccessKey",
    given: rotating(3, {}, { previous: shown(previous(3, { inactiveSince: daysAgo(1) })) }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["inactive", "delete", "graceOver", true, /^deleted: it was inactive for its grace$/],
    ],
  },
  {
    what: "on AWS, one that is brought back",
    type: "aws:RotatingAccessKey",
    given: rotating(3, { retire: "undo" }, { previous: shown(previous(3, { inactiveSince: daysAgo(1) })) }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["inactive", "reactivate", "undo", false, /^made active again: retire is "undo"$/],
    ],
  },
  {
    what: "on AWS, a due key whose place is not free yet",
    type: "aws:RotatingAccessKey",
    given: rotating(33, {}, { previous: shown(previous(33)) }),
    rows: [
      [
        "current",
        "hold",
        "previousInTheWay",
        true,
        /^held until the previous key previous is gone: due since/,
      ],
      ["previous", "deactivate", "overlapOver", true, /^made inactive/],
    ],
  },
  {
    what: "an order while there is a previous key",
    given: rotating(0.5, {}, { previous: shown(previous(0.5)) }),
    config: { "iam-keys:rotateNow": "incident-42:key" },
    rows: [
      ["current", "rotate", "ordered", true, /^new key: /],
      ["previous", "delete", "makesRoom", false, /^deleted before its overlap is over: whatever/],
    ],
  },
  {
    what: "a resource whose key is gone",
    given: { inputs: rotated(30, 10) },
    rows: [["current", "rotate", "keyMissing", false, /^new key: there is no key$/]],
  },
  {
    what: "keys that a failed run left",
    given: rotating(1, {}, { abandoned: ["in-vain"] }),
    rows: [
      ["current", "none", null, false, /^nothing$/],
      ["abandoned", "delete", "interrupted", false, /^deleted: an earlier run could not delete it$/],
    ],
  },
  {
    what: "a rotation that failed",
    given: { inputs: rotated(30, 1), outputs: { ...rotated(30, 33), current: shown(key(33)) } },
    rows: [["current", "rotate", "due", true, /^new key: /]],
  },
  {
    what: "a plain key that is due",
    type: "yandex:StaticAccessKey",
    given: {
      inputs: rotated(30, 31),
      outputs: { createdAt: daysAgo(31), secretAccessKey: shown("the secret of current") },
    },
    rows: [["only", "replace", "due", true, /^new key: due since .*; it takes the place of id-of-key$/]],
  },
  {
    what: "one that is protected",
    type: "yandex:StaticAccessKey",
    given: { inputs: rotated(30, 31), outputs: { secretAccessKey: hidden() }, protect: true },
    rows: [["only", "fail", "due", true, /^new key: due since .* the resource is protected$/]],
  },
  {
    what: "a plain key without its secret",
    type: "yandex:ServiceAccountKey",
    given: { inputs: { keySince: daysAgo(1) } },
    rows: [["only", "replace", "secretMissing", false, /^new key: its privateKey is missing; /]],
  },
  {
    what: "a plain key whose change failed",
    type: "aws:AccessKey",
    given: {
      inputs: { keySince: daysAgo(1), status: "Inactive" },
      outputs: { status: "Active", secretAccessKey: hidden() },
    },
    rows: [["only", "update", "changed", false, /^update status$/]],
  },
  {
    what: "an inactive plain key",
    type: "aws:AccessKey",
    given: { inputs: { keySince: daysAgo(1), status: "Inactive" }, outputs: { secretAccessKey: hidden() } },
    rows: [["inactive", "none", null, false, /^nothing$/]],
  },
  {
    what: "a replaced key that is still there",
    type: "yandex:StaticAccessKey",
    given: { inputs: rotated(30, 31), outputs: { secretAccessKey: hidden() }, delete: true },
    rows: [["pendingDeletion", "delete", "replaced", false, /^deleted: another key took its place$/]],
  },
  {
    what: "a create of which nobody knows what it made",
    type: "yandex:StaticAccessKey",
    given: { id: "unsettled:0", inputs: { keySince: daysAgo(1) } },
    rows: [
      ["pendingCreation", "replace", "secretMissing", false, /^new key: its secretAccessKey is missing$/],
    ],
  },
  {
    what: "a token with time left",
    type: "yandex:IamToken",
    given: {
      inputs: { serviceAccountId: "account", keySince: daysAgo(0.1) },
      outputs: { iamToken: hidden(), expiresAt: daysAgo(-0.4) },
    },
    rows: [["only", "none", null, false, /^nothing$/]],
  },
  {
    what: "a token with less than minTtl left",
    type: "yandex:IamToken",
    given: {
      inputs: { serviceAccountId: "account", minTtl: "12h", keySince: daysAgo(0.1) },
      outputs: { iamToken: hidden(), expiresAt: daysAgo(-0.4) },
    },
    rows: [
      [
        "only",
        "replace",
        "expiring",
        true,
        /^new key: it expires at .*less than minTtl \(12h\) is left; it takes the place of id-of-key$/,
      ],
    ],
  },
  {
    what: "an ephemeral key that ended",
    type: "yandex:EphemeralAccessKey",
    given: {
      inputs: { sessionName: "ci", keySince: daysAgo(2) },
      outputs: { secretAccessKey: hidden(), sessionToken: hidden(), expiresAt: daysAgo(1) },
    },
    rows: [["only", "replace", "expiring", true, /^new key: it expires at/]],
  },
  {
    what: "an API key that ended, and is renewed by nobody",
    type: "yandex:ApiKey",
    given: {
      inputs: { expiresAt: daysAgo(1), keySince: daysAgo(9) },
      outputs: { secret: hidden(), createdAt: daysAgo(9) },
    },
    rows: [["only", "none", null, true, /^nothing$/]],
  },
  {
    what: "a rotating API key, renewed at two thirds of its life",
    type: "yandex:RotatingApiKey",
    given: {
      inputs: { expiresIn: "30d", keySince: daysAgo(21) },
      outputs: { current: shown({ ...key(21), secret: "the secret of current", expiresAt: daysAgo(-9) }) },
    },
    rows: [["current", "rotate", "due", true, /^new key: due since 2026-03-09 12:00 UTC \(every 20d\); /]],
  },
  {
    what: "keys that nobody can decrypt",
    given: { inputs: rotated(30, 33), outputs: { current: hidden(), previous: hidden() } },
    rows: [
      [
        "current",
        "rotate",
        "due",
        true,
        /^new key: due since .*; the current key keeps working until [^;]*$/,
      ],
      ["previous", "unknown", "encrypted", false, /^not known$/],
    ],
  },
  {
    what: "an order to go back to a previous key that nobody can decrypt",
    given: { inputs: rotated(30, 3), outputs: { current: hidden(), previous: hidden() } },
    config: { "iam-keys:revertNow": "oops-1:*" },
    rows: [
      [
        "current",
        "revert",
        "ordered",
        true,
        /^back to the previous key: ordered by iam-keys:revertNow \(oops-1\); the current key keeps working until/,
      ],
      ["previous", "unknown", "encrypted", false, /^not known$/],
    ],
  },
  {
    what: "the same beside an order to rotate",
    given: { inputs: rotated(30, 3), outputs: { current: hidden(), previous: hidden() } },
    config: { "iam-keys:revertNow": "oops-1:*", "iam-keys:rotateNow": "oops-2:*" },
    rows: [
      ["current", "fail", null, false, /iam-keys:rotateNow asks for a new one/],
      ["previous", "unknown", "encrypted", false, /^not known$/],
    ],
  },
  {
    what: "a kind of a later version",
    type: "yandex:RotatingPasskey",
    given: {},
    rows: [["only", "unknown", null, false, /^not known$/]],
  },
];

describe("what the next run does to a key, and why", () => {
  for (const { what, type = STATIC, given, config = {}, rows } of CASES) {
    test(what, async () => {
      const { json, text } = printed(await reportOn([resource(type, "key", given)], { config }));
      assert.deepEqual(
        json.keys.map(({ state, next, overdue }: (typeof json.keys)[number]) => [
          state,
          next.action,
          next.reason,
          overdue,
        ]),
        rows.map(([state, action, reason, overdue]) => [state, action, reason, overdue]),
      );
      for (const [index, [, , , , said]] of rows.entries()) assert.match(json.keys[index].next.text, said);
      assert.equal(
        json.overdue,
        rows.some(([, , , overdue]) => overdue),
      );
      for (const row of rows) assert.ok(text.includes(json.keys[rows.indexOf(row)].next.text));
      assert.doesNotMatch(text + JSON.stringify(json), /the secret of/);
      assert.doesNotMatch(text + JSON.stringify(json), /NaN|undefined|Infinity|Invalid/);
    });
  }

  for (const settings of [
    { config: { "iam-keys:auditTo": "stderr" } },
    { environment: { IAM_KEYS_AUDIT_TO: "stderr" } },
  ]) {
    test(`what is shown did not happen: no event of it goes to ${Object.keys(settings)}`, async () => {
      const ports = fakePorts(settings);
      const { json } = printed(await reportOn([resource(STATIC, "key", rotating(33))], { ports }));
      assert.deepEqual([json.keys[0].next.action, ports.printed, ports.warnings], ["rotate", [], []]);
    });
  }

  test("other resources are left out; no key is a report, too", async () => {
    const other = { urn: "urn:pulumi:dev::things::a:b:C::d", type: "a:b:C", custom: true, id: "x" };
    const { text, json } = printed(await reportOn([other]));
    assert.equal(text, "things/dev at 2026-03-10 12:00 UTC: 0 keys, 0 overdue");
    assert.deepEqual(json.keys, []);
  });

  test("what a run that was cut off was doing", async () => {
    const pending = ["creating", "updating", "deleting", "reading"].map((type) => ({
      type,
      resource: resource("yandex:StaticAccessKey", type, type === "creating" ? { id: "" } : {}),
    }));
    const { text, json } = printed(await reportOn([], { pending }));
    assert.deepEqual(
      json.keys.map(({ state, keyId, next }: (typeof json.keys)[number]) => [state, keyId, next.reason]),
      [
        ["pendingCreation", null, "interrupted"],
        ["pendingUpdate", "id-of-updating", "interrupted"],
        ["pendingDeletion", "id-of-deleting", "interrupted"],
        ["pendingRead", "id-of-reading", "interrupted"],
      ],
    );
    assert.match(text, /pending creation .* pending update .* pending deletion .* pending read/s);
  });
});

describe("how it is shown", () => {
  test("the JSON document is as docs/status.md says", async () => {
    const { json } = printed(await reportOn([resource(STATIC, "key", rotating(33))]));
    assert.deepEqual(json, {
      version: 1,
      stack: "things/dev",
      at: "2026-03-10T12:00:00.000Z",
      overdue: true,
      dueSoon: false,
      complete: true,
      keys: [
        {
          resource: "key",
          urn: `urn:pulumi:dev::things::pulumi-nodejs:dynamic/iam-keys/${STATIC}::key`,
          type: STATIC,
          state: "current",
          keyId: "current",
          createdAt: daysAgo(33),
          ageSeconds: 33 * 24 * 60 * 60,
          dueAt: daysAgo(3),
          expiresAt: null,
          overdue: true,
          dueSoon: false,
          lastUse: null,
          next: {
            action: "rotate",
            reason: "due",
            text: "new key: due since 2026-03-07 12:00 UTC (every 30d); current keeps working until 2026-03-11 12:00 UTC",
          },
          notes: ["The APIs were not asked for the last use (--offline)."],
        },
      ],
      notes: [],
    });
  });

  test("ages and due moments are told for a reader", async () => {
    const { text } = printed(
      await reportOn([resource(STATIC, "old", rotating(33)), resource(STATIC, "young", rotating(0.25))]),
    );
    assert.match(text, /^old .* 33 d +2026-03-07 12:00 \(overdue by 3 d\) +current +\? \[1\] +new key: /m);
    assert.match(text, /^young .* 6 h +2026-04-09 06:00 \(in 29 d\) +current +\? \[1\] +nothing$/m);
    assert.match(text, /^\[1\] The APIs were not asked/m);
  });

  test("what is due or expires within a time is shown as due soon, and counted apart from what is overdue", async () => {
    const expiring = {
      inputs: { expiresAt: daysAgo(-9) },
      outputs: { secret: hidden(), createdAt: daysAgo(1) },
    };
    const report = await reportOn(
      [
        resource(STATIC, "late", rotating(33)),
        resource(STATIC, "soon", rotating(16)),
        resource(STATIC, "later", rotating(15)),
        resource("yandex:ApiKey", "expiring", expiring),
      ],
      { within: 14 * 24 * 60 * 60 * 1000 },
    );
    const { text, json } = printed(report);
    assert.match(text, /: 4 keys, 1 overdue, 2 due within 14d$/m);
    assert.match(text, /^late .* 2026-03-07 12:00 \(overdue by 3 d\)/m);
    assert.match(text, /^soon .* 2026-03-24 12:00 \(soon, in 14 d\)/m);
    assert.match(text, /^later .* 2026-03-25 12:00 \(in 15 d\)/m);
    assert.match(text, /^expiring .* 2026-03-19 12:00 \(soon, in 9 d\)/m);
    assert.deepEqual(
      json.keys.map(({ overdue, dueSoon }: (typeof json.keys)[number]) => [overdue, dueSoon]),
      [
        [true, false],
        [false, true],
        [false, false],
        [false, true],
      ],
    );
    assert.deepEqual([json.overdue, json.dueSoon], [true, true]);
  });

  test("a terminal's width is kept, also with names that are wide; nothing is lost", async () => {
    const names = ["uploads", "загрузки", "鍵鍵鍵", "🔑"];
    const report = await reportOn(
      names.map((name) => resource(STATIC, name, rotating(33, { rotate: { paused: true } }))),
    );
    const lines = reportLines(report, 160);
    assert.ok(lines.every((line) => stringWidth(line) <= 160));
    const columns = lines.filter((line) => names.some((name) => line.startsWith(name)));
    const starts = columns.map((line) => stringWidth(line.slice(0, line.indexOf("yandex:"))));
    assert.equal(new Set(starts).size, 1);
    assert.match(
      lines.join(" ").replace(/\s+/g, " "),
      /paused: due since 2026-03-07 12:00 UTC \(every 30d\)/,
    );
  });

  for (const width of [60, 80, 100, 120])
    test(`in ${width} columns no date and no id is broken, and what the next run does has a line of its own`, async () => {
      const window = { days: ["fri"], hours: "22:00-04:00", timeZone: "UTC" };
      const ids = ["ajed3gl27khd7db3drm8", "AKIAQM52DE7MVCLTJE4V"];
      const report = await reportOn(
        ids.map((id, index) => ({
          ...resource(STATIC, `uploads-of-the-shop-${index}`, {
            inputs: rotated(30, 33, { rotate: { window } }),
            outputs: { current: shown(key(33, id)) },
          }),
        })),
      );
      const lines = reportLines(report, width);
      assert.ok(lines.every((line) => stringWidth(line) <= width));
      const moments = (text: string) => text.match(/\d{4}-\d\d-\d\d \d\d:\d\d/g);
      const { text } = printed(report);
      assert.deepEqual(moments(lines.join("\n"))?.sort(), moments(text)?.sort());
      for (const id of ids) assert.equal(lines.filter((line) => line.includes(id)).length, 1);
      assert.equal(lines.filter((line) => line.startsWith("  NEXT RUN: held by its window until")).length, 2);
      assert.equal(lines.filter((line) => line.startsWith("uploads-of-the-shop-")).length, 2);
    });

  test("where there are colours, what is overdue is red, what is due soon yellow, and the rest is as it is", async () => {
    const report = await reportOn(
      [33, 20, 1].map((days) => resource(STATIC, `key-${days}`, rotating(days))),
      { within: 14 * 24 * 60 * 60 * 1000 },
    );
    const paint: Paint = (colour, text) => styleText(colour, text, { validateStream: false });
    for (const width of [80, 120, Number.POSITIVE_INFINITY]) {
      const text = reportLines(report, width, paint).join("\n");
      assert.ok(text.includes(paint("red", "2026-03-07 12:00 (overdue by 3 d)")));
      assert.ok(text.includes(paint("yellow", "2026-03-20 12:00 (soon, in 10 d)")));
      assert.equal(text.split("\u001b").length, 5, "nothing else is coloured");
      assert.equal(stripVTControlCharacters(text), reportLines(report, width).join("\n"));
    }
  });

  test("nothing that comes from elsewhere steers the terminal", async () => {
    const { text } = printed(await reportOn([resource(STATIC, "\u001b[2Jkey\r\nrow\u202e", rotating(1))]));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    assert.equal(
      text.split("\n").length,
      printed(await reportOn([resource(STATIC, "key", rotating(1))])).text.split("\n").length,
    );
  });

  test("a damaged secret is one that is not known", async () => {
    const damaged = { ...shown(""), plaintext: "{ the secret of current" };
    const { text, json } = printed(
      await reportOn([resource(STATIC, "key", { inputs: rotated(30, 1), outputs: { current: damaged } })]),
    );
    assert.equal(json.keys[0].keyId, null);
    assert.doesNotMatch(text, /the secret/);
  });

  test("the clock is the one that is handed in", async () => {
    assert.equal((await reportOn([])).now, NOW);
  });
});
