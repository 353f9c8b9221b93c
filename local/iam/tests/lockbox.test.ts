import assert from "node:assert/strict";
import { test } from "node:test";
import got from "got";
import type { LocalIam, RoleBinding } from "../index.ts";
import { manualClock, startForTest, yandex } from "./startForTest.ts";

interface Version {
  readonly id: string;
  readonly secretId: string;
  readonly description: string;
  readonly status: string;
  readonly destroyAt: string;
  readonly payloadEntryKeys: readonly string[];
}

interface Body {
  readonly id: string;
  readonly done: boolean;
  readonly metadata: { readonly secretId: string; readonly versionId: string; readonly destroyAt: string };
  readonly response: Version;
  readonly error: { readonly code: number };
  readonly code: number;
  readonly status: string;
  readonly currentVersion: Version;
  readonly versions: readonly Version[];
  readonly nextPageToken: string;
  readonly versionId: string;
  readonly entries: readonly object[];
  readonly details: readonly { readonly fieldViolations: readonly { readonly field: string }[] }[];
}

const day = 24 * 60 * 60 * 1000;

/** The calls about one secret. */
function secretOf(iam: LocalIam, id = iam.addLockboxSecret("of a test")) {
  const api = yandex(iam);
  const path = `lockbox/v1/secrets/${id}`;
  return {
    id,
    get: () => api.get<Body>(path),
    versions: (searchParams = {}) => api.get<Body>(`${path}/versions`, { searchParams }),
    payload: (versionId = "") => api.get<Body>(`${path}/payload`, { searchParams: { versionId } }),
    addVersion: (json: object) => api.post<Body>(`${path}:addVersion`, { json }),
    destroy: (json: object) => api.post<Body>(`${path}:scheduleVersionDestruction`, { json }),
    keep: (json: object) => api.post<Body>(`${path}:cancelVersionDestruction`, { json }),
  };
}

test("a version changes the entries of the current one, or of the base it names", async (t) => {
  const iam = await startForTest(t);
  const secret = secretOf(iam);
  assert.equal((await secret.payload()).statusCode, 404, "there is no version yet");
  assert.equal((await secret.get()).body.currentVersion, undefined);

  const first = (
    await secret.addVersion({
      description: "first",
      payloadEntries: [
        { key: "user", textValue: "alice" },
        { key: "empty", textValue: "" },
        { key: "raw", binaryValue: "AAEC" },
      ],
    })
  ).body;
  assert.deepEqual([first.done, first.metadata.versionId], [true, first.response.id]);
  const { body: version } = await secret.get();
  assert.deepEqual(
    [version.id, version.status, version.currentVersion.id],
    [secret.id, "ACTIVE", first.metadata.versionId],
  );
  assert.deepEqual(version.currentVersion.payloadEntryKeys, ["user", "empty", "raw"]);

  const second = (
    await secret.addVersion({ payloadEntries: [{ key: "user", textValue: "bob" }, { key: "raw" }] })
  ).body;
  assert.deepEqual((await secret.payload()).body, {
    versionId: second.metadata.versionId,
    entries: [
      { key: "user", textValue: "bob" },
      { key: "empty", textValue: "" },
    ],
  });
  const third = (
    await secret.addVersion({
      payloadEntries: [{ key: "empty" }],
      baseVersionId: first.metadata.versionId,
    })
  ).body;
  assert.deepEqual((await secret.payload(third.metadata.versionId)).body.entries, [
    { key: "user", textValue: "alice" },
    { key: "raw", binaryValue: "AAEC" },
  ]);
  assert.equal(
    (await secret.payload(first.metadata.versionId)).body.entries.length,
    3,
    "a version never changes",
  );

  const page = (await secret.versions({ pageSize: 2 })).body;
  const rest = (await secret.versions({ pageSize: 2, pageToken: page.nextPageToken })).body;
  assert.deepEqual(
    [...page.versions, ...rest.versions].map(({ id }) => id),
    [first, second, third].map(({ metadata }) => metadata.versionId),
  );
});

test("a version is current only when its operation is done", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now, operationMs: 1000 });
  const secret = secretOf(iam);
  const { body } = await secret.addVersion({ payloadEntries: [{ key: "k", textValue: "v" }] });
  assert.equal(body.done, undefined);
  assert.equal((await secret.payload()).statusCode, 404);
  clock.advance(1000);
  assert.equal((await secret.payload()).body.versionId, body.metadata.versionId);
});

test("a version is destroyed seven days later, or after the time that was asked for", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const secret = secretOf(iam);
  const add = async () =>
    (await secret.addVersion({ payloadEntries: [{ key: "k", textValue: "v" }] })).body.metadata.versionId;
  const [old, older, current] = [await add(), await add(), await add()];
  const statuses = async () => (await secret.versions()).body.versions.map(({ status }) => status);

  const scheduled = (await secret.destroy({ versionId: old })).body;
  assert.equal(Date.parse(scheduled.metadata.destroyAt), clock.now().getTime() + 7 * day);
  assert.equal(scheduled.response.destroyAt, scheduled.metadata.destroyAt);
  await secret.destroy({ versionId: older, pendingPeriod: "86400s" });
  const waiting = "SCHEDULED_FOR_DESTRUCTION";
  assert.deepEqual(await statuses(), [waiting, waiting, "ACTIVE"]);
  const refused = await secret.payload(old);
  assert.deepEqual([refused.statusCode, refused.body.code], [400, 9]);

  clock.advance(day);
  assert.deepEqual(await statuses(), [waiting, "DESTROYED", "ACTIVE"]);
  clock.advance(6 * day);
  assert.deepEqual(await statuses(), ["DESTROYED", "DESTROYED", "ACTIVE"]);
  assert.equal((await secret.destroy({ versionId: old })).body.error.code, 9);
  assert.equal((await secret.payload()).body.versionId, current);
  await secret.addVersion({ baseVersionId: old, payloadEntries: [{ key: "new", textValue: "v" }] });
  assert.deepEqual((await secret.payload()).body.entries, [{ key: "new", textValue: "v" }]);
});

test("a version that is to be destroyed can be kept until it is", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const secret = secretOf(iam);
  const payloadEntries = [{ key: "k", textValue: "v" }];
  const versionId = (await secret.addVersion({ payloadEntries })).body.metadata.versionId;
  const answer = (await secret.keep({ versionId })).body;
  assert.equal(answer.error.code, 9, "there is nothing to cancel");

  await secret.destroy({ versionId });
  const kept = (await secret.keep({ versionId })).body;
  assert.deepEqual([kept.metadata.secretId, kept.metadata.versionId], [secret.id, versionId]);
  assert.deepEqual([kept.response.status, kept.response.destroyAt], ["ACTIVE", undefined]);
  clock.advance(8 * day);
  assert.equal((await secret.payload(versionId)).statusCode, 200);

  await secret.destroy({ versionId, pendingPeriod: "86400s" });
  clock.advance(day);
  assert.equal((await secret.keep({ versionId })).body.error.code, 9);
  assert.equal((await secret.keep({})).statusCode, 400);
  assert.equal((await secret.keep({ versionId: "e6q0" })).statusCode, 404);
});

/** The ways in which somebody else has a version destroyed, or takes that back. */
const others: Readonly<
  Record<
    string,
    (iam: LocalIam) => {
      schedule: (versionId: string, pendingMs?: number) => Promise<unknown>;
      cancel: (versionId: string) => Promise<unknown>;
    }
  >
> = {
  "a test": (iam) => ({
    schedule: async (id, pendingMs) =>
      iam.scheduleVersionDestruction(id, pendingMs === undefined ? {} : { pendingMs }),
    cancel: async (id) => iam.cancelVersionDestruction(id),
  }),
  "another process": (iam) => {
    const url = `${iam.url}/_local/versionDestructions`;
    return {
      schedule: (versionId, pendingMs) => got.post(url, { json: { versionId, pendingMs } }),
      cancel: (versionId) => got.delete(url, { json: { versionId } }),
    };
  },
};

for (const [who, othersOf] of Object.entries(others)) {
  test(`${who} schedules a version for destruction, and takes that back`, async (t) => {
    const clock = manualClock();
    const iam = await startForTest(t, { now: clock.now });
    const { schedule, cancel } = othersOf(iam);
    const secret = secretOf(iam);
    const payloadEntries = [{ key: "k", textValue: "v" }];
    const versionId = (await secret.addVersion({ payloadEntries })).body.metadata.versionId;
    const read = async () => (await secret.payload(versionId)).body.code ?? "readable";

    await schedule(versionId);
    const [version] = (await secret.versions()).body.versions;
    assert.equal(version?.status, "SCHEDULED_FOR_DESTRUCTION");
    assert.equal(Date.parse(version.destroyAt), clock.now().getTime() + 7 * day);
    assert.equal(await read(), 9);
    await cancel(versionId);
    assert.equal(await read(), "readable");
    await assert.rejects(cancel(versionId));

    await schedule(versionId, day);
    clock.advance(day);
    assert.equal((await secret.versions()).body.versions[0]?.status, "DESTROYED");
    await assert.rejects(cancel(versionId));
    await assert.rejects(schedule(versionId));
    await assert.rejects(schedule("e6q0"));
  });
}

test("the limits of a version are kept", async (t) => {
  const iam = await startForTest(t);
  const secret = secretOf(iam);
  const other = secretOf(iam);
  const status = async (json: object) => (await secret.addVersion(json)).statusCode;
  const entry = (change: object) => status({ payloadEntries: [change] });
  assert.equal(await entry({ key: "a b", textValue: "" }), 400);
  assert.equal(await entry({ textValue: "" }), 400);
  assert.equal(await entry({ key: "k".repeat(257), textValue: "" }), 400);
  assert.equal(await entry({ key: "k", textValue: "v".repeat(65537) }), 400);
  assert.equal(await entry({ key: "k", textValue: "v", binaryValue: "AA==" }), 400);
  assert.equal(await entry({ key: "k", binaryValue: "?" }), 400);
  assert.equal(await entry({ key: "k", binaryValue: Buffer.alloc(65537).toString("base64") }), 400);
  assert.equal(await status({ description: "d".repeat(1025) }), 400);
  assert.equal(await status({ baseVersionId: "e6q0" }), 404);
  assert.equal(await entry({ key: "-_./\\@0aA", textValue: "v".repeat(65536) }), 200);
  const foreign = (await secret.get()).body.currentVersion.id;
  assert.equal((await other.payload(foreign)).statusCode, 404, "a version belongs to its secret");
  const scheduling = await secret.destroy({});
  assert.equal(scheduling.body.details[0]?.fieldViolations[0]?.field, "versionId");

  iam.remove(secret.id);
  assert.equal((await secret.get()).statusCode, 404);
  assert.equal((await secretOf(iam, "e6q0").payload()).statusCode, 404);
});

test("the roles of Lockbox allow reading the metadata, changing versions, and reading the payload", async (t) => {
  const iam = await startForTest(t);
  const secret = secretOf(iam);
  await secret.addVersion({ payloadEntries: [{ key: "k", textValue: "v" }] });
  const allowed = async (...roles: RoleBinding["role"][]) => {
    iam.setRoles(
      iam.callerId,
      roles.map((role) => ({ role, on: secret.id })),
    );
    const answers = [await secret.get(), await secret.addVersion({}), await secret.payload()];
    return answers.map(({ statusCode }) => statusCode === 200);
  };
  assert.deepEqual(await allowed("lockbox.viewer"), [true, false, false]);
  assert.deepEqual(await allowed("lockbox.editor"), [true, true, false]);
  assert.deepEqual(await allowed("lockbox.payloadViewer"), [false, false, true]);
  assert.deepEqual(await allowed("lockbox.admin"), [true, true, true]);
  assert.deepEqual(await allowed("iam.admin"), [false, false, false]);
});

test("another process adds a secret over HTTP", async (t) => {
  const iam = await startForTest(t);
  const { id } = await yandex(iam)
    .post("_local/lockboxSecrets", { json: { name: "from outside" } })
    .json<{ id: string }>();
  const { body } = await secretOf(iam, id).get();
  assert.equal(body.id, id);
});
