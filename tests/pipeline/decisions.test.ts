import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { CommanderError } from "commander";
import { BadUsage } from "../../cli/command.ts";
import { EXIT } from "../../cli/exitCodes.ts";
import { rotateCommand } from "../../cli/rotate/command.ts";
import { type Change, duePlan } from "../../cli/rotate/duePlan.ts";
import { type Ending, nothingYet, reportOf } from "../../cli/rotate/ending.ts";
import { engineFailure, keyFailure, setupFailure } from "../../cli/rotate/engineFailures.ts";
import { ERROR_CODES, failuresIn } from "../../cli/rotate/errorCodes.ts";
import { keyEvents } from "../../cli/rotate/keyEvents.ts";
import { openMatters } from "../../cli/rotate/openMatters.ts";
import { type GivenOptions, readOptions } from "../../cli/rotate/options.ts";
import type { Ports } from "../../cli/rotate/ports.ts";
import { type KeyFacts, type StackFacts, stackFacts } from "../../cli/rotate/stackFacts.ts";
import { type ErrorCode, IamKeysError } from "../../provider/errors.ts";
import { parsed } from "../support/parsed.ts";

const KEY = "urn:pulumi:p::k::pulumi-nodejs:dynamic/iam-keys/yandex:RotatingStaticAccessKey::uploads";
const NATIVE = "urn:pulumi:p::k::things:Storage$iam-keys:yandex:RotatingStaticAccessKey::uploads";
const FILE = "urn:pulumi:p::k::pulumi-nodejs:dynamic/pipeline:CredentialFile::uploads-credentials";
const DAY = 24 * 3600_000;

describe("what of a preview is this run's to do", () => {
  const old = { serviceAccountId: "aje1" };
  const key = (change: Partial<Change>): Change => ({ urn: KEY, op: "update", old, new: old, ...change });
  const SUBJECT = "uploads (yandex:RotatingStaticAccessKey)";
  const newKey = (why: string) =>
    `${SUBJECT}: new key: ${why}; aje0 keeps working until 2026-02-08 00:00 UTC.`;
  const due = newKey("due since 2026-02-01 00:00 UTC (every 31d)");
  const retired = `${SUBJECT}: its previous key aje0 will be deleted: its overlap is over.`;
  const edit = { ...old, overlap: "1d" };
  const cases: [string, Change[], string[], "rotations" | "upkeep" | "edits" | undefined][] = [
    ["a key that stays", [key({ op: "same" })], [], undefined],
    ["a key that is due", [key({})], [due], "rotations"],
    ["a key of the plugin that is due, in a component", [key({ urn: NATIVE })], [due], "rotations"],
    ["a plain key that is due", [key({ op: "replace" }), key({ op: "delete-replaced" })], [], "rotations"],
    ["an order", [key({})], [newKey("ordered by iam-keys:rotateNow (incident-1.2)")], "rotations"],
    ["a key that is due, in an edited program", [key({ new: edit })], [due], "rotations"],
    [
      "a key that is due, whose keepers were edited",
      [key({ new: edit })],
      [newKey("keepers changed and due since 2026-02-01 00:00 UTC (every 31d)")],
      "rotations",
    ],
    ["a key that is gone", [key({ op: "create", old: undefined })], [], "rotations"],
    ["a previous key that is due to go", [key({})], [retired], "upkeep"],
    [
      "what an earlier run did not come to delete",
      [key({ op: "same" }), key({ op: "delete-replaced" })],
      [],
      "upkeep",
    ],
    ["an edit", [key({ new: edit })], [], "edits"],
    ["an edit beside a previous key that is due to go", [key({ new: edit })], [retired], "edits"],
    ["an edit that makes a new key", [key({ new: edit })], [newKey("keepers, scopes changed")], "edits"],
    [
      "an edit of a key while another of its name, of another kind, is due",
      [key({ new: edit })],
      [due.replace("Rotating", "")],
      "edits",
    ],
    [
      "stamps that an older version had among the inputs",
      [key({ old: { ...old, keySince: "2026-01-01T00:00:00Z", rotatesAt: "2026-02-01T00:00:00Z" } })],
      [],
      "upkeep",
    ],
    ["a key that the program has no more", [key({ op: "delete", new: undefined })], [], "edits"],
    [
      "a file that was changed by somebody",
      [{ urn: FILE, op: "update", old: { path: "a" }, new: { path: "a" } }],
      [],
      "upkeep",
    ],
    [
      "a file that has not got the new key",
      [{ urn: FILE, op: "update", old: { content: "key a" }, new: { content: "key b" } }],
      [],
      "upkeep",
    ],
    [
      "an edit of a file, of what takes nothing of a key",
      [{ urn: FILE, op: "update", old: { path: "a" }, new: { path: "b" } }],
      [],
      "edits",
    ],
    [
      "a file that is new in the program",
      [{ urn: FILE, op: "create", old: undefined, new: { path: "a" } }],
      [],
      "edits",
    ],
  ];
  for (const [name, changes, lines, sort] of cases) {
    test(name, () => {
      const urns = changes.map(({ urn }) => urn).slice(0, 1);
      const empty = { rotations: [], upkeep: [], edits: [], said: [] };
      const said = sort === "rotations" || sort === "upkeep" ? lines : [];
      const { aged: _, ...plan } = duePlan(changes, lines, {
        takenOfKeys: new Map([[FILE, ["content"]]]),
      });
      assert.deepEqual(plan, sort ? { ...empty, [sort]: urns, said } : empty);
    });
  }
});

describe("the line of a run that went well", () => {
  const lineOf = (ending: Partial<Ending>) =>
    reportOf(
      readOptions({ stack: "production", cwd: "." } as GivenOptions, {}),
      { now: () => 0 } as Ports,
      "",
      {
        ...nothingYet(),
        ...ending,
      },
    ).message;

  test("says of what it was to do what it did", () => {
    assert.equal(lineOf({}), "Nothing is due.");
    assert.equal(lineOf({ updated: ["uploads-file"] }), "No key was due. Updated: uploads-file.");
    const share = { taken: new Set<string>(), putOff: new Set([KEY]) };
    assert.match(lineOf({ updated: ["uploads-file"], share }), /^Done, except .*: uploads\.$/);
  });
});

describe("error codes", () => {
  test("each code of the provider has a meaning, and none is made up", () => {
    // The compiler sees to it that none is missing here.
    const all: Record<ErrorCode, true> = {
      INVALID_CONFIG: true,
      NO_CREDENTIALS: true,
      INVALID_ARGUMENT: true,
      INVALID_STATE: true,
      UNAUTHENTICATED: true,
      PERMISSION_DENIED: true,
      NOT_FOUND: true,
      CONFLICT: true,
      LIMIT_EXCEEDED: true,
      RATE_LIMITED: true,
      UNAVAILABLE: true,
      SERVER_ERROR: true,
      TIMEOUT: true,
      CANCELLED: true,
      CONNECTION_FAILED: true,
      CONNECTION_REFUSED: true,
      UNEXPECTED_REPLY: true,
      OPERATION_FAILED: true,
      OPERATION_UNFINISHED: true,
      VERIFICATION_FAILED: true,
      OWN_CREDENTIAL: true,
      UNKNOWN_KIND: true,
    };
    assert.deepEqual(Object.keys(ERROR_CODES).toSorted(), Object.keys(all).toSorted());
  });

  test("are found in what the engine says of an error, with its text on one line", () => {
    const error = new IamKeysError("LIMIT_EXCEEDED", "CreateAccessKey was refused: two keys\nexist", {
      status: 409,
      requestIds: ["r-1", "r-2"],
      hint: "AWS allows two access keys a user.",
    });
    const [failure, more] = failuresIn(`error: ${error.message}`);
    assert.equal(more, undefined);
    assert.equal(failure?.exitCode, EXIT.person);
    assert.equal(failure?.code, "LIMIT_EXCEEDED");
    assert.equal(
      failure?.what,
      "CreateAccessKey was refused: two keys exist [LIMIT_EXCEEDED, HTTP 409, request r-1, r-2] AWS allows two access keys a user.",
    );
  });

  test("are not seen where there are none", () => {
    assert.deepEqual(failuresIn("error: [SOMETHING_ELSE] happened to [secret]"), []);
  });
});

const facts = (key: Partial<KeyFacts> = {}): KeyFacts => ({
  name: "uploads",
  kind: "yandex:RotatingStaticAccessKey",
  current: "a",
  previous: undefined,
  group: undefined,
  rotatesAt: "2026-01-31T00:00:00Z",
  orders: [],
  ...key,
});

describe("what became of a key", () => {
  const active = (id: string) => ({ id, isActive: true });
  const cases: [string, KeyFacts | undefined, KeyFacts | undefined, object[]][] = [
    ["nothing", facts(), facts(), []],
    ["created", undefined, facts(), [{ did: "created", key: "a" }]],
    [
      "rotated",
      facts(),
      facts({ current: "b", previous: active("a") }),
      [{ did: "rotated", key: "b", instead: "a" }],
    ],
    [
      "retired",
      facts({ current: "b", previous: active("a") }),
      facts({ current: "b" }),
      [{ did: "retired", key: "a" }],
    ],
    [
      "made inactive",
      facts({ current: "b", previous: active("a") }),
      facts({ current: "b", previous: { id: "a", isActive: false } }),
      [{ did: "made inactive", key: "a" }],
    ],
    [
      "replaced, the old one deleted",
      facts(),
      facts({ current: "b" }),
      [
        { did: "rotated", key: "b", instead: "a" },
        { did: "retired", key: "a" },
      ],
    ],
    [
      "rotated by an order during the overlap",
      facts({ current: "b", previous: active("a") }),
      facts({ current: "c", previous: active("b") }),
      [
        { did: "rotated", key: "c", instead: "b" },
        { did: "retired", key: "a" },
      ],
    ],
  ];
  for (const [name, before, after, events] of cases)
    test(name, () => assert.deepEqual(keyEvents(before, after), events));
});

describe("what is left for a person", () => {
  const now = Date.parse("2026-01-31T00:00:00Z");
  const stack = (key: Partial<KeyFacts>, more: Partial<StackFacts> = {}): StackFacts => ({
    isEmpty: false,
    keys: new Map([[KEY, facts(key)]]),
    pendingCreates: [],
    dependsOn: new Map(),
    takenOfKeys: new Map(),
    ...more,
  });
  const codes = (of: StackFacts, warnings: string[] = [], order?: string, at = now, hasFailed = false) =>
    openMatters(of, warnings, { order, overdueMs: 3 * DAY }, at, hasFailed).map(({ code }) => code);

  test("nothing, of a key that is due since this moment, or never", () => {
    assert.deepEqual(codes(stack({})), []);
    assert.deepEqual(codes(stack({ rotatesAt: undefined }), [], undefined, now + 999 * DAY), []);
  });

  test("a key that is overdue by more than the limit", () => {
    assert.deepEqual(codes(stack({}), [], undefined, now + 3 * DAY), []);
    assert.deepEqual(codes(stack({}), [], undefined, now + 3 * DAY + 1), ["OVERDUE"]);
  });

  test("an order that fits no name, whether the run went well or not", () => {
    for (const hasFailed of [false, true])
      assert.deepEqual(codes(stack({}), [], "incident-2:x", now, hasFailed), ["ORDER_UNMATCHED"]);
  });

  test("an order that a key which it names has not carried out, where the run does not say why", () => {
    assert.deepEqual(codes(stack({ orders: ["incident-1"] }), [], "incident-1:*"), []);
    assert.deepEqual(codes(stack({ orders: ["incident-1", "incident-2"] }), [], "incident-1:*"), []);
    assert.deepEqual(codes(stack({ orders: ["incident-1"] }), [], "incident-2:upl*"), ["ORDER_LEFT"]);
    assert.deepEqual(codes(stack({ orders: ["incident-1"] }), [], "incident-2:upl*", now, true), []);
  });

  test("a create that was interrupted", () => {
    const pendingCreates = [{ name: "mailer", isFindable: false }];
    assert.deepEqual(codes(stack({}, { pendingCreates })), ["PENDING_CREATE"]);
  });

  test("a run that goes on with the old one of its own keys", () => {
    const warning =
      "own (yandex:RotatingServiceAccountKey): its previous key x stays, because this run authenticates with it.";
    assert.deepEqual(codes(stack({}), [warning]), ["OWN_KEY_UNREAD"]);
  });
});

describe("what a state says", () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  });
  const awsKey = "urn:pulumi:p::k::pulumi-nodejs:dynamic/iam-keys/aws:AccessKey::mailer";
  const read = (deployment: object) => stackFacts({ version: 3, deployment });

  test("of keys, without their secrets", () => {
    const outputs = {
      current: secret({ id: "b", secretAccessKey: "hush" }),
      previous: secret({ id: "a", secretAccessKey: "hush", inactiveSince: "2026-01-01T00:00:00Z" }),
      rotatesAt: "2026-01-31T00:00:00Z",
      rotateNow: "incident-1",
      earlierRotateNow: ["incident-0"],
    };
    const resources = [
      { urn: KEY, id: "resource-1", outputs },
      { urn: awsKey, id: "AKIA1", outputs: { secretAccessKey: secret("hush") } },
      { urn: awsKey, id: "AKIA0", delete: true },
      { urn: NATIVE, id: "resource-2", outputs },
      { urn: "urn:pulumi:p::k::pulumi:providers:iam-keys::default", id: "provider" },
    ];
    const { isEmpty, keys } = read({ resources });
    assert.equal(isEmpty, false);
    assert.deepEqual(
      keys.get(KEY),
      facts({ current: "b", previous: { id: "a", isActive: false }, orders: ["incident-0", "incident-1"] }),
    );
    assert.equal(keys.get(awsKey)?.current, "AKIA1");
    assert.deepEqual(keys.get(NATIVE), keys.get(KEY));
    assert.equal(keys.size, 3);
    assert.doesNotMatch(JSON.stringify([...keys]), /hush/);
  });

  test("of what takes something of a key, directly or through another resource", () => {
    const [hash, job] = ["hash", "job"].map((name) => `urn:pulumi:p::k::things:Thing::${name}`);
    const { takenOfKeys } = read({
      resources: [
        { urn: KEY, id: "resource-1", propertyDependencies: { serviceAccountId: [] } },
        { urn: hash, propertyDependencies: { of: [KEY], length: [], salt: null } },
        { urn: FILE, propertyDependencies: { path: [], content: [hash] } },
        { urn: job },
      ],
    });
    assert.deepEqual(
      [...takenOfKeys],
      [
        [hash, ["of"]],
        [FILE, ["content"]],
      ],
    );
  });

  test("of creates that were interrupted, and which of them nobody need look for", () => {
    const { isEmpty, pendingCreates } = read({
      pending_operations: [
        { type: "creating", resource: { urn: KEY, inputs: {} } },
        { type: "creating", resource: { urn: KEY, inputs: { tagDescription: false } } },
        { type: "creating", resource: { urn: awsKey, inputs: {} } },
        { type: "updating", resource: { urn: awsKey, inputs: {} } },
      ],
    });
    assert.equal(isEmpty, true);
    assert.deepEqual(
      pendingCreates.map(({ name, isFindable }) => [name, isFindable]),
      [
        ["uploads", true],
        ["uploads", false],
        ["mailer", false],
      ],
    );
  });
});

describe("options", () => {
  const read = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    readOptions(parsed(rotateCommand, args) as GivenOptions, env);

  test("an order may come from the environment; an empty one is none", () => {
    const withOrder = (IAM_KEYS_ROTATE_NOW: string) => read(["--stack", "s"], { IAM_KEYS_ROTATE_NOW }).order;
    assert.equal(withOrder("incident-42:uploads,ci-*"), "incident-42:uploads,ci-*");
    assert.equal(withOrder(""), undefined);
    assert.equal(read(["--stack", "s", "--rotate-now", "a:b"], { IAM_KEYS_ROTATE_NOW: "c:d" }).order, "a:b");
  });

  test("a run may rotate all that is due, or as much as is said", () => {
    assert.deepEqual(read(["--stack", "s"]).limits, { most: undefined, apart: [] });
    const limits = ["--max-rotations", "2", "--apart", "a, b", "--apart", "db-*"];
    assert.deepEqual(read(["--stack", "s", ...limits]).limits, { most: 2, apart: [["a", "b"], ["db-*"]] });
  });

  for (const args of [
    [],
    ["--stack", ""],
    ["--stack", "s", "--attempts", "0"],
    ["--stack", "s", "--attempts", "two"],
    ["--stack", "s", "--lock-wait-minutes", "-1"],
    ["--stack", "s", "--rotate-now", "incident-42"],
    ["--stack", "s", "--rotate-now", "$(reboot):* *"],
    ["--stack", "s", "--max-rotations", "0"],
    ["--stack", "s", "--apart", "primary"],
    ["--stack", "s", "--apart", "primary,,standby"],
    ["--stack", "s", "--unknown"],
  ]) {
    test(`are refused: ${args.join(" ") || "none"}`, () => {
      assert.throws(
        () => read(args),
        (error) => error instanceof BadUsage || error instanceof CommanderError,
      );
    });
  }
});

test("of several errors of keys the one that needs a person counts", () => {
  const errors = [
    "Key.list got no answer. [TIMEOUT]",
    "Key.create was refused. [PERMISSION_DENIED, HTTP 403] Ask.",
  ];
  assert.equal(keyFailure(errors)?.code, "PERMISSION_DENIED");
  assert.equal(keyFailure(errors.slice(0, 1))?.code, "TIMEOUT");
  assert.equal(keyFailure(["no code at all"]), undefined);
});

describe("what the engine says by itself", () => {
  for (const [said, code, exitCode] of [
    ["error: incorrect passphrase", "PASSPHRASE", EXIT.unseen],
    [
      "error: pulumi-nodejs:… resource 'uploads' has a problem: overlap must be a duration",
      "INVALID_PROGRAM",
      EXIT.person,
    ],
    [
      "error: Resource 'a' depends on 'b' which was was not specified in --target list.",
      "NOT_DEPLOYED",
      EXIT.person,
    ],
    ["error: the disk is full of hush-hush", "ENGINE", EXIT.failed],
  ] as const) {
    test(`is ${code}: ${said}`, () => {
      const failure = engineFailure(`Updating (production):\n${said}`);
      assert.deepEqual([failure.code, failure.exitCode], [code, exitCode]);
      assert.doesNotMatch(failure.message, /hush/);
    });
  }

  test("before the program runs is told, on a line, without a secret", () => {
    const secret = `t1.${"a1B2".repeat(12)}`;
    const said = `code: 255\n stdout: \n stderr: error: no bucket\n named keys, with ${secret}\n\n err?: Error: it failed`;
    const failure = setupFailure(said, "The stack cannot be opened", "See: pulumi login.");
    assert.deepEqual([failure.code, failure.exitCode], ["SETUP", EXIT.unseen]);
    assert.match(
      failure.message,
      /^The stack cannot be opened: no bucket named keys, with \S+\. See: pulumi login\.$/,
    );
    assert.ok(!failure.message.includes(secret));
    assert.equal(setupFailure("error: incorrect passphrase", "", "").code, "PASSPHRASE");
  });
});

test("docs/troubleshooting.md has every code that a run can end with", async () => {
  const page = await readFile(new URL("../../docs/troubleshooting.md", import.meta.url), "utf8");
  const folder = new URL("../../cli/rotate/", import.meta.url);
  const sources = await Promise.all(
    (await readdir(folder)).map((name) => readFile(new URL(name, folder), "utf8")),
  );
  const own = sources.flatMap((source) =>
    [...source.matchAll(/"([A-Z]+(?:_[A-Z]+)*)",/g)].map(([, code]) => code),
  );
  const codes = [...Object.keys(ERROR_CODES), ...own].filter((code) => code !== "SIGINT");
  assert.ok(codes.length > 35, `${codes}`);
  assert.deepEqual(
    codes.filter((code) => !page.includes(`\`${code}\``)),
    [],
  );
});
