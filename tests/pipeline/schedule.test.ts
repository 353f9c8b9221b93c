import assert from "node:assert/strict";
import { chmod, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { Report } from "../../cli/rotate/report.ts";
import { DAY, PipelineStack, STACK, useLocalEngine } from "./pipelineStack.ts";
import { takeTheSteps } from "./stepsOfTheDocs.ts";

useLocalEngine();

const KEY_FILE = "run.key.json";
const UPLOADS_FILE = "uploads.credentials";

/** What the run needs, on the folder of both accounts. */
const LEAST_ROLES = [
  { role: "iam.serviceAccounts.accessKeyAdmin" },
  { role: "iam.serviceAccounts.authorizedKeyAdmin" },
] as const;

/** How fast the provider's clock runs where it waits in vain. */
const IMPATIENT = 50;

const key = (report: Report, name: string) =>
  report.keys.find((each) => each.name === name) ?? assert.fail(`no ${name} in the report`);
const did = (report: Report, name: string) => key(report, name).events.map((event) => event.did);
const codes = ({ failures }: Report) => failures.map(({ code }) => code);

/** The half of the credentials that is not secret. */
async function idInUploads(stack: PipelineStack): Promise<string | undefined> {
  return /^aws_access_key_id = (.+)$/m.exec(await stack.file(UPLOADS_FILE))?.[1];
}

test("a schedule over three months: the run's own key and another, with what happens to a schedule", async (t) => {
  await using stack = await PipelineStack.create();
  const { iam, clock } = stack;
  const runner = iam.addServiceAccount("key-rotation");
  iam.setRoles(runner, LEAST_ROLES);
  const idInFile = async () => JSON.parse(await stack.file(KEY_FILE)).id as string;
  const modeOf = async (file: string) => (await stat(path.join(stack.program, file))).mode & 0o777;
  const live = (owner: string) =>
    iam.keys().filter((each) => each.owner === owner && each.kind !== "yandex:IamToken");
  const ids = (owner: string) => live(owner).map(({ id }) => id);

  const asked = await takeTheSteps(stack, runner);
  const first = await idInFile();
  const bootstrap = ids(runner).find((id) => id !== first) ?? assert.fail("there is no first key");

  await t.test("the steps of the docs make a pipeline whose runs have a key of their own", () => {
    assert.equal(asked.at(-1), `iam key delete ${bootstrap}`);
    assert.ok(asked.some((words) => words.includes(`accessKeyAdmin --subject serviceAccount:${runner}`)));
    // From here on every run that goes well has authenticated with a key that the stack has made.
    iam.remove(bootstrap);
  });

  await t.test(
    "a stack that is not there is for a person to make, and one that is empty to deploy",
    async () => {
      const missing = await stack.rotate({ stack: "staging" });
      assert.deepEqual([missing.exitCode, codes(missing)], [3, ["NO_STACK"]]);
      await stack.shell("pulumi stack init staging");
      const empty = await stack.rotate({ stack: "staging" });
      assert.deepEqual([empty.exitCode, codes(empty)], [3, ["NOT_DEPLOYED"]]);
    },
  );

  await t.test("the API is away: safe to run again", async () => {
    iam.refuseConnections();
    clock.setRate(IMPATIENT);
    const report = await stack.rotate({ order: "incident-41:uploads" });
    clock.setRate(1);
    assert.equal(report.exitCode, 1, report.message);
    // That no key carries out the order now says nothing of the names in it.
    assert.deepEqual(codes(report), ["CONNECTION_REFUSED"]);
    await stack.shell(`pulumi config rm iam-keys:rotateNow --stack ${STACK}`);
    await iam.acceptConnections();
  });

  await t.test(
    "rotates both, in a second attempt, and verifies with the key that the next run will have",
    async () => {
      clock.advance(31 * DAY);
      const fault = { status: 409, code: 10 };
      iam.fail({ operation: "AccessKey.create", times: Number.POSITIVE_INFINITY, fault });
      stack.onSleep = () => iam.clearFaults();
      const report = await stack.rotate({ attempts: 2 });
      assert.equal(report.exitCode, 0, report.message);
      assert.deepEqual([report.attempts, report.result], [2, "rotated"]);
      assert.deepEqual([did(report, "uploads"), did(report, "runs-own-key")], [["rotated"], ["rotated"]]);
      const lines = report.due.map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "…")).toSorted();
      assert.deepEqual(
        lines.map((line) => line.replace(/; \w+ keeps/, "; … keeps")),
        [
          "runs-own-key (yandex:RotatingServiceAccountKey): new key: due since … (every 30d); … keeps working until ….",
          "uploads (yandex:RotatingStaticAccessKey): new key: due since … (every 30d); … keeps working until ….",
        ],
      );
      assert.equal(key(report, "runs-own-key").current, await idInFile());
      assert.deepEqual(ids(runner).toSorted(), [first, await idInFile()].toSorted());
      assert.equal(await modeOf(KEY_FILE), 0o600);
    },
  );

  const locks = path.join(stack.folder, "state/.pulumi/locks/organization/keys", STACK);
  const lock = async (at: Date) => {
    await mkdir(locks, { recursive: true });
    const content = { pid: 1, username: "somebody", hostname: "elsewhere", timestamp: at.toISOString() };
    await writeFile(path.join(locks, "another.json"), JSON.stringify(content));
  };

  await t.test("a lock that stays ends the run, after a wait that is bounded", async () => {
    await lock(clock.now());
    stack.slept.length = 0;
    const report = await stack.rotate({ lockWaitMs: 5_000, attempts: 3 });
    assert.deepEqual([report.exitCode, codes(report)], [1, ["LOCKED"]]);
    const waited = stack.slept.reduce((sum, each) => sum + each, 0);
    assert.ok(waited <= 5_000, `waited ${waited} ms`);
  });

  await t.test("a lock that is old is for a person to remove", async () => {
    await lock(new Date(clock.now().getTime() - 2 * 3600_000));
    const report = await stack.rotate();
    assert.deepEqual([report.exitCode, codes(report)], [3, ["STALE_LOCK"]]);
    assert.match(report.message, /pulumi cancel --yes/);
    await stack.shell(`pulumi cancel --yes --stack ${STACK}`);
    assert.deepEqual(await readdir(locks).catch(() => []), []);
  });

  await t.test(
    "waits for a lock, retires what was replaced, closes a file that was opened to others",
    async () => {
      clock.advance(7 * DAY);
      await chmod(path.join(stack.program, UPLOADS_FILE), 0o644);
      await lock(clock.now());
      stack.slept.length = 0;
      stack.onSleep = () => rm(locks, { recursive: true });
      const report = await stack.rotate({ lockWaitMs: 600_000 });
      assert.equal(report.exitCode, 0, report.message);
      assert.equal(stack.slept.length, 1);
      // The first key with which a run of the stack has authenticated is among it.
      assert.deepEqual(key(report, "runs-own-key").events, [{ did: "retired", key: first }]);
      assert.deepEqual(did(report, "uploads"), ["retired"]);
      assert.deepEqual(ids(runner), [await idInFile()]);
      assert.equal(await modeOf(UPLOADS_FILE), 0o600);
    },
  );

  await t.test("a role that was taken away is for a person to give back", async () => {
    iam.setRoles(runner, []);
    const report = await stack.rotate({ attempts: 3 });
    assert.deepEqual([report.exitCode, codes(report)], [3, ["PERMISSION_DENIED"]]);
    assert.match(report.message, /needs the role iam\.serviceAccounts\./);
    assert.equal(report.attempts, 1);
    iam.setRoles(runner, LEAST_ROLES);
  });

  await t.test("an order rotates at once", async () => {
    const [ownBefore, uploadsBefore] = [await idInFile(), await idInUploads(stack)];
    const report = await stack.rotate({ order: "incident-42:*" });
    assert.equal(report.exitCode, 0, report.message);
    assert.deepEqual([did(report, "uploads"), did(report, "runs-own-key")], [["rotated"], ["rotated"]]);
    assert.notEqual(await idInUploads(stack), uploadsBefore);
    assert.deepEqual(ids(runner).toSorted(), [ownBefore, await idInFile()].toSorted());
  });

  await t.test("an order for names that nothing has does not pass for done", async () => {
    const report = await stack.rotate({ order: "incident-43:downloads" });
    assert.deepEqual([report.exitCode, codes(report)], [3, ["ORDER_UNMATCHED"]]);
    assert.match(report.message, /one of: runs-own-key, uploads/);
  });

  await t.test("a run that is ended from outside is safe to run again", async () => {
    const report = await stack.rotate({ attempts: 3 }, { signal: AbortSignal.abort() });
    assert.deepEqual([report.exitCode, codes(report), report.attempts], [1, ["CANCELLED"], 1]);
  });

  await t.test("what fails for too long is for a person to see", async () => {
    clock.advance(35 * DAY);
    iam.refuseConnections();
    clock.setRate(IMPATIENT);
    const report = await stack.rotate();
    assert.deepEqual([report.exitCode, codes(report)], [3, ["CONNECTION_REFUSED", "OVERDUE"]]);
    await iam.acceptConnections();
  });

  await t.test("the consumer's file has a key that works, and no secret is anywhere else", async () => {
    const accessKeyId = await idInUploads(stack);
    assert.ok(live(iam.serviceAccountId).some(({ keyId }) => keyId === accessKeyId));
    assert.deepEqual(await stack.leaks(), []);
  });
});
