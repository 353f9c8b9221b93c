import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Webhook } from "standardwebhooks";
import type { AuditEvent } from "../../provider/audit/auditEvent.ts";
import { AuditLog } from "../../provider/audit/auditLog.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { AWS_KEY, begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld, type World } from "../../simulation/world.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { type Step, startScriptedServer } from "../support/scriptedServer.ts";

const STDERR = { "iam-keys:auditTo": "stderr" };
const SIGNING_KEY = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const PLAIN = "yandex:StaticAccessKey";

const eventsIn = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as AuditEvent);
const shown = ({ event, step, keyId }: AuditEvent) => [event, step, keyId];

function assertNoSecret(world: World, text: string): void {
  for (const secret of world.iam.secrets()) assert.ok(!text.includes(secret));
}

describe("audit events", () => {
  test("the life of a rotating key, each step with its key, its reason and its time", async () => {
    await using s = await begin(AWS_KEY, AWS_KEY.policy, { config: STDERR });
    const first = s.current?.id;
    s.world.advance(30 * DAY);
    await s.run();
    const second = s.current?.id;
    for (const days of [5, 2]) {
      s.world.advance(days * DAY);
      await s.run();
    }
    await s.stack.destroy();
    const events = eventsIn(s.world.printed);
    assert.deepEqual(events.map(shown), [
      ["created", "create", first],
      ["verified", "verify", first],
      ["promoted", undefined, first],
      ["created", "create", second],
      ["verified", "verify", second],
      ["promoted", undefined, second],
      ["retired", "deactivate", first],
      ["retired", "delete", first],
      ["retired", "delete", second],
    ]);
    assert.deepEqual(
      events.map(({ reason }) => reason?.replace(/\d{4}-.* UTC/, "…")),
      [
        "there is none yet",
        undefined,
        undefined,
        "due since … (every 30d)",
        undefined,
        undefined,
        "its overlap is over",
        "it was inactive for its grace",
        "its resource is deleted",
      ],
    );
    assert.equal(events[5]?.previousKeyId, first);
    for (const { type, owner, time, event, durationMs } of events) {
      assert.deepEqual([type, owner], [AWS_KEY.type, "project/stack/uploads"]);
      assert.equal(new Date(time).toISOString(), time);
      assert.equal(typeof durationMs, event === "promoted" ? "undefined" : "number");
    }
    assertNoSecret(s.world, s.world.printed.join("\n"));
  });

  test("what is refused says why: by the API, by a trial, and by whoever still uses the key", async () => {
    await using world = await startWorld({ config: STDERR });
    const stack = new Stack(world, PLAIN);
    const asked = { serviceAccountId: world.iam.serviceAccountId };
    world.iam.fail({ operation: "AccessKey.create", fault: { status: 403, message: "You may not." } });
    await stack.run(asked);
    world.iam.fail({ operation: "s3:ListBuckets", fault: STATIC_KEY.unknownKey, times: 99 });
    await stack.run({ ...asked, verify: { timeout: "2s" } });
    const [denied, created, untrusted, deleted, ...rest] = eventsIn(world.printed);
    assert.deepEqual(rest, []);
    assert.deepEqual(
      [denied?.event, denied?.step, denied?.code, denied?.keyId],
      ["refused", "create", "PERMISSION_DENIED", undefined],
    );
    assert.match(String(denied?.reason), /You may not/);
    assert.deepEqual(
      [untrusted?.event, untrusted?.step, untrusted?.code, untrusted?.keyId],
      ["refused", "verify", "VERIFICATION_FAILED", created?.keyId],
    );
    assert.deepEqual(deleted && shown(deleted), ["retired", "delete", created?.keyId]);

    const used = { ...STATIC_KEY.policy, retire: { unlessUsedWithin: "24h" } };
    await using s = await begin(STATIC_KEY, used, { config: STDERR });
    s.world.advance(30 * DAY);
    await s.run();
    s.world.advance(7 * DAY);
    assert.equal(await isAccepted(s.world, String(s.previous?.id), s.previous ?? {}), true);
    await s.run();
    const kept = eventsIn(s.world.printed).at(-1);
    assert.deepEqual(kept && shown(kept), ["refused", "delete", s.previous?.id]);
    assert.match(String(kept?.reason), /^it is still used: last at /);
  });

  test("a replacement has the reason that its preview had", async () => {
    await using world = await startWorld({ config: STDERR });
    const stack = new Stack(world, PLAIN);
    const asked = { serviceAccountId: world.iam.serviceAccountId, rotate: { every: "30d" } };
    const reasonOf = async (news: Properties) => {
      const from = world.printed.length;
      await stack.run({ ...asked, ...news });
      return eventsIn(world.printed.slice(from)).find(({ event }) => event === "created")?.reason;
    };
    assert.equal(await reasonOf({}), "there is none yet");
    assert.equal(await reasonOf({ keepers: { generation: "2" } }), "keepers changed");
    world.config["iam-keys:rotateNow"] = "incident-7:*";
    assert.equal(
      await reasonOf({ keepers: { generation: "2" } }),
      "ordered by iam-keys:rotateNow (incident-7)",
    );
    const due = String(stack.stored?.outputs.rotatesAt).slice(0, 16).replace("T", " ");
    world.advance(31 * DAY);
    assert.equal(await reasonOf({ keepers: { generation: "2" } }), `due since ${due} UTC (every 30d)`);
  });
});

describe("where audit events go", () => {
  test("a file that only its owner may read, to which every run adds", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "iam-keys-audit-"));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, "audit.jsonl");
    await using world = await startWorld({ config: { "iam-keys:auditTo": path } });
    const stack = new Stack(world, PLAIN);
    await stack.run({ serviceAccountId: world.iam.serviceAccountId });
    await stack.destroy();
    const text = await readFile(path, "utf8");
    assert.deepEqual(
      eventsIn(text.trimEnd().split("\n")).map(({ event }) => event),
      ["created", "verified", "promoted", "retired"],
    );
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assertNoSecret(world, text);
  });

  const others: readonly (readonly [string, (path: string) => Promise<unknown>, RegExp])[] = [
    ["a file that others may read", (path) => writeFile(path, "mine\n", { mode: 0o644 }), /others may read/],
    ["a symbolic link", (path) => symlink("elsewhere", path), /a symbolic link/],
    ["a folder", (path) => mkdir(path), /no file/],
  ];
  for (const [name, put, why] of others) {
    test(`${name} is refused before any request, and stays as it was`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), "iam-keys-audit-"));
      t.after(() => rm(folder, { recursive: true }));
      const path = join(folder, "audit.jsonl");
      await put(path);
      await using world = await startWorld({ config: { "iam-keys:auditTo": path } });
      const run = await new Stack(world, PLAIN).run({ serviceAccountId: world.iam.serviceAccountId });
      assert.match(String(run.error), /stack config iam-keys:auditTo names .*audit\.jsonl, which is/);
      assert.match(String(run.error), why);
      assert.deepEqual(run.operations, []);
      assert.deepEqual(await readdir(folder), ["audit.jsonl"]);
      assert.deepEqual(world.printed, []);
    });
  }

  test("a file that others may read since is written no more, and no event is lost", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "iam-keys-audit-"));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, "audit.jsonl");
    const ports = fakePorts({ config: { "iam-keys:auditTo": path } });
    const log = new AuditLog(ports);
    log.write({ event: "created", type: PLAIN, owner: "a/b/c" });
    await chmod(path, 0o644);
    log.write({ event: "retired", type: PLAIN, owner: "a/b/c" });
    assert.deepEqual(eventsIn((await readFile(path, "utf8")).trimEnd().split("\n")).map(shown), [
      ["created", undefined, undefined],
    ]);
    assert.deepEqual(eventsIn(ports.printed).map(shown), [["retired", undefined, undefined]]);
    assert.match(String(ports.warnings), /cannot go to .*audit\.jsonl \(a file that others may read/);
  });

  test("a webhook gets them signed, in order, before the run is over", async () => {
    await using world = await startWorld();
    await using server = await startScriptedServer({ status: 204, body: "" });
    const { error } = await runWith(world, `${server.url}/hooks?token=hidden`);
    assert.equal(error, undefined);
    const verifier = new Webhook(SIGNING_KEY);
    const events = server.requests.flatMap(({ body, headers }) => {
      verifier.verify(body, headers as Record<string, string>, { jsonParse: false });
      assert.throws(() => verifier.verify(`${body} `, headers as Record<string, string>), /No matching/);
      return eventsIn(body.trimEnd().split("\n"));
    });
    assert.deepEqual(
      events.map(({ event }) => event),
      ["created", "verified", "promoted"],
    );
    assert.equal(server.requests[0]?.headers["content-type"], "application/x-ndjson");
    assert.deepEqual(world.printed, []);
    assertNoSecret(world, server.requests.map(({ body }) => body).join("\n"));
  });

  const failures: readonly (readonly [string, Step, RegExp])[] = [
    ["refuses", { status: 500 }, /HTTP 500/],
    ["redirects", { status: 302, headers: { location: "https://example.net" } }, /HTTP 302/],
    ["drops the connection", "drop", /ECONNRESET/],
  ];
  for (const [name, step, why] of failures) {
    test(`a webhook that ${name} has no influence, and its events are not lost`, async () => {
      await using world = await startWorld();
      await using server = await startScriptedServer(step);
      const { error, stored } = await runWith(world, `${server.url}/hooks?token=hidden`);
      assert.equal(error, undefined);
      assert.ok(stored?.id);
      assert.deepEqual(
        eventsIn(world.printed).map(({ event }) => event),
        ["created", "verified", "promoted"],
      );
      assert.match(String(world.warnings), why);
      assert.ok(!String(world.warnings).includes("hidden"));
      assert.equal(server.requests.length, 1);
    });
  }

  test("a file that cannot be written has none either", async () => {
    await using world = await startWorld({ config: { "iam-keys:auditTo": "/nowhere/audit.jsonl" } });
    const stack = new Stack(world, PLAIN);
    assert.equal((await stack.run({ serviceAccountId: world.iam.serviceAccountId })).error, undefined);
    assert.match(String(world.warnings), /audit events cannot go to \/nowhere\/audit\.jsonl \(ENOENT\)/);
    assert.equal(world.printed.length, 3);
  });

  for (const [settings, problem] of [
    [{ "iam-keys:auditTo": "ftp://example.net" }, /auditTo must be "stderr", the path of a file or an https/],
    [{ "iam-keys:auditTo": "http://example.net/hook" }, /auditTo must begin with https:\/\//],
    [{ "iam-keys:auditTo": "https://example.net/hook" }, /auditTo is a webhook, whose events must be signed/],
    [
      { "iam-keys:auditTo": "https://example.net/hook", "iam-keys:auditSigningKey": "tooshort" },
      /auditSigningKey must be "whsec_" and 24 to 64 bytes/,
    ],
  ] as const) {
    test(`${JSON.stringify(settings)} is refused before any request`, async () => {
      await using world = await startWorld({ config: settings });
      const run = await new Stack(world, PLAIN).run({ serviceAccountId: world.iam.serviceAccountId });
      assert.match(String(run.error), problem);
      assert.deepEqual(run.operations, []);
      assert.ok(!String(run.error).includes("tooshort"));
    });

    test(`${JSON.stringify(settings)} is refused by a refresh and a destroy before any request`, async () => {
      await using world = await startWorld();
      const stack = new Stack(world, PLAIN);
      await stack.run({ serviceAccountId: world.iam.serviceAccountId });
      Object.assign(world.config, settings);
      for (const { error, operations } of [await stack.refresh(), await stack.destroy()]) {
        assert.match(String(error), problem);
        assert.deepEqual(operations, []);
      }
    });
  }
});

async function runWith(world: World, url: string) {
  world.config["iam-keys:auditTo"] = url;
  world.config["iam-keys:auditSigningKey"] = SIGNING_KEY;
  const stack = new Stack(world, PLAIN);
  const { error } = await stack.run({ serviceAccountId: world.iam.serviceAccountId });
  return { error, stored: stack.stored };
}
