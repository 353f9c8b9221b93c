import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { type CredentialReport, reportedUse } from "../../provider/api/awsCredentialReport.ts";
import { startMotoServer } from "../support/motoServer.ts";
import { DOCUMENTED_POLICY, type Document, daysAgo, scan, scanned, scanOf } from "./support.ts";

const ROOT = "<root_account>";
const REFUSED = /^The caller may not read AWS's credential report/;

describe("the credential report of an AWS account", () => {
  let iam: LocalIam;
  const made: Record<string, string> = {};

  before(async () => {
    iam = await startLocalIam();
    const owner = iam.addUser("mailer");
    const [createdAt, lastUsedAt] = [daysAgo(200), daysAgo(100)];
    made.used = await iam.plantKey({ kind: "aws:AccessKey", owner, createdAt, lastUsedAt });
    made.idle = await iam.plantKey({ kind: "aws:AccessKey", owner, createdAt: daysAgo(50) });
    await iam.plantKey({ kind: "aws:AccessKey", owner: ROOT, createdAt, lastUsedAt: daysAgo(3) });
    await iam.plantKey({ kind: "aws:AccessKey", owner: ROOT, createdAt, status: "Inactive" });
  });
  beforeEach(() => iam.clearFaults());
  after(() => iam.close());

  /** The operations that a scan asks for, in order, and what it printed. */
  const asked = async (args: readonly string[] = ["--aws"]) => {
    const first = iam.requests.length;
    const [document, code] = await scanned(iam, args);
    return { document, code, operations: iam.requests.slice(first).map(({ operation }) => operation) };
  };
  const count = (operations: readonly string[], name: string) =>
    operations.filter((operation) => operation === `aws:${name}`).length;

  test("shows the active keys of the root user, and reports them", async () => {
    const { document, code } = await asked(["--aws", "--older", "90d"]);
    const [{ ageSeconds, createdAt, lastUse, findings, ...rest }, ...others] = document.keys.filter(
      ({ account }: Document) => account === ROOT,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(rest, {
      id: "root-key-1",
      type: "aws:RootAccessKey",
      account: ROOT,
      accountName: "123456789012",
      description: "",
      owner: null,
      status: "Active",
    });
    assert.deepEqual(
      findings.map((finding: Document) => finding.code),
      ["tooOld", "rootKey"],
    );
    assert.ok(ageSeconds >= 200 * 86_400 && createdAt < lastUse.at);
    assert.equal(lastUse.by, "s3 in us-east-1");
    assert.deepEqual([document.complete, code], [true, 2]);
    const table = await scan(iam, ["--aws"]);
    assert.match(table.stdout, /^root user of AWS account 123456789012$/m);
    assert.match(table.stdout, /^root-key-1 +RootAccessKey +200 d +3 d +not known: a key of the root user$/m);
    assert.match(table.stdout, /are as of \d{4}-\d\d-\d\d \d\d:\d\d UTC or later/);
    const adopting = await scan(iam, ["--aws", "--adopt"]);
    assert.match(adopting.stdout, /^\/\/ root-key-1 is left out: .*root user/m);
  });

  test("spares the request for the last use of a key that it shows, and of no other", async () => {
    await asked();
    const fresh = await iam.plantKey({ kind: "aws:AccessKey", owner: iam.userName });
    const { document, operations } = await asked();
    const use = (id = "") => document.keys.find((key: Document) => key.id === id).lastUse;
    assert.equal(use(made.used).by, "s3 in us-east-1");
    assert.deepEqual([use(made.idle).at, use(fresh).at], [null, null]);
    // The one that was never used, and the one that is newer than the report.
    assert.equal(count(operations, "GetAccessKeyLastUsed"), 2);
    assert.equal(count(operations, "GenerateCredentialReport"), 0, "there is one that is good");
    assert.match(document.credentialReportAt, /^\d{4}-/);
    assert.match(document.remarks.join(), /are as of \d{4}/);
    await iam.remove(fresh);
  });

  test("is asked for again while AWS is making it", async () => {
    const fault = { status: 404, code: "ReportInProgress" };
    iam.fail({ operation: "aws:GetCredentialReport", times: 2, fault });
    const { document, operations } = await asked();
    assert.equal(count(operations, "GetCredentialReport"), 3);
    assert.deepEqual([document.notes, document.complete], [[], true]);
    assert.ok(document.keys.some(({ id }: Document) => id === "root-key-1"));
  });

  test("is done without where the caller may not read it, and the scan says so in a line", async (t) => {
    const limited = await startLocalIam();
    t.after(() => limited.close());
    const older = DOCUMENTED_POLICY.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((action) => !action.includes("CredentialReport")),
    }));
    limited.setPolicy(limited.callerUserName, { ...DOCUMENTED_POLICY, Statement: older });
    const owner = limited.userName;
    const key = { kind: "aws:AccessKey", owner, createdAt: daysAgo(50), lastUsedAt: daysAgo(1) } as const;
    const id = await limited.plantKey(key);
    const [document, code] = await scanned(limited, ["--aws"]);
    assert.equal(document.remarks.length, 1);
    assert.match(document.remarks[0], REFUSED);
    const found = document.keys.find((each: Document) => each.id === id);
    assert.deepEqual([found.lastUse.by, document.credentialReportAt, code], ["s3 in us-east-1", null, 0]);
    const csv = await scan(limited, ["--aws", "--format", "csv"]);
    assert.match(csv.stderr, REFUSED);
    const sarif = JSON.parse((await scan(limited, ["--aws", "--format", "sarif"])).stdout);
    const [{ executionSuccessful, toolExecutionNotifications }] = sarif.runs[0].invocations;
    assert.deepEqual([executionSuccessful, toolExecutionNotifications[0].level], [true, "note"]);
  });

  for (const operation of ["GetCredentialReport", "GenerateCredentialReport"])
    test(`is done without if the service does not know ${operation}`, async () => {
      iam.fail({
        operation: "aws:GetCredentialReport",
        times: 9,
        fault: operation.startsWith("Get")
          ? { status: 400, code: "InvalidAction" }
          : { status: 410, code: "ReportNotPresent" },
      });
      if (!operation.startsWith("Get"))
        iam.fail({ operation: `aws:${operation}`, fault: { status: 400, code: "InvalidAction" } });
      const { document, code } = await asked();
      assert.match(document.remarks.join(), /^The service at the endpoint for AWS has no credential report/);
      // A user here has two active keys, and the scan reports that as ever.
      assert.deepEqual([document.notes, document.complete, code], [[], true, 2]);
    });

  test("makes the scan incomplete where reading it fails", async () => {
    const fault = { status: 400, code: "ValidationError" };
    iam.fail({ operation: "aws:GetCredentialReport", fault });
    const { document, code } = await asked();
    assert.match(document.notes.join(), /GetCredentialReport was refused/);
    assert.ok(document.keys.some(({ id }: Document) => id === made.used));
    assert.deepEqual([document.complete, code], [false, 4]);
  });
});

describe("the use of a key by the report", () => {
  const at = (minutes: number) => Date.UTC(2026, 0, 1) + minutes * 60_000;
  const reported = (changedAt: number, usedAt: number) => ({
    number: 1 as const,
    isActive: true,
    changedAt,
    lastUse: { at: new Date(usedAt).toISOString(), by: "s3 in us-east-1" },
  });
  const reportWith = (...keys: ReturnType<typeof reported>[]): CredentialReport => ({
    generatedAt: at(1000),
    users: new Map([["mailer", { arn: "", keys }]]),
  });
  const listed = (madeAt: number) => ({
    AccessKeyId: `AKIA${madeAt}`,
    Status: "Active" as const,
    CreateDate: new Date(madeAt),
  });
  const useOf = (
    report: CredentialReport,
    key: ReturnType<typeof listed>,
    ...others: ReturnType<typeof listed>[]
  ) => reportedUse(report, "mailer", key, [key, ...others])?.at;

  test("is that of the row with its time", () => {
    const report = reportWith(reported(at(0), at(100)), reported(at(50), at(200)));
    assert.equal(useOf(report, listed(at(0)), listed(at(50))), new Date(at(100)).toISOString());
    assert.equal(useOf(report, listed(at(50)), listed(at(0))), new Date(at(200)).toISOString());
  });

  const doubts: [string, CredentialReport, ReturnType<typeof listed>, ...ReturnType<typeof listed>[]][] = [
    ["two keys of the same minute", reportWith(reported(at(0), at(100))), listed(at(0)), listed(at(0.5))],
    [
      "two rows of the same minute",
      reportWith(reported(at(0), at(100)), reported(at(0.5), at(200))),
      listed(at(0)),
    ],
    ["a row that was changed since the key was made", reportWith(reported(at(30), at(100))), listed(at(0))],
    ["a row of another second", reportWith(reported(at(0) + 2000, at(100))), listed(at(0))],
    ["a key that is newer than the report", reportWith(reported(at(1000), at(1100))), listed(at(1000))],
    [
      "a use that may be the trial of the key, and hide another one",
      reportWith(reported(at(0), at(1))),
      listed(at(0)),
    ],
    ["a user who has no row", { generatedAt: at(1000), users: new Map() }, listed(at(0))],
  ];
  for (const [name, report, key, ...others] of doubts)
    test(`is asked of AWS for ${name}`, () => assert.equal(useOf(report, key, ...others), undefined));
});

test("a scan reads the report of moto, another stand-in for AWS", { timeout: 300_000 }, async (t) => {
  const moto = await startMotoServer(t.signal);
  if ("unavailable" in moto) {
    t.skip(`not tried against moto: ${moto.unavailable}`);
    return;
  }
  t.after(() => moto[Symbol.asyncDispose]());
  const [accessKeyId, secretAccessKey, region] = ["testing", "testing", "us-east-1"];
  const client = new IAMClient({ endpoint: moto.url, region, credentials: { accessKeyId, secretAccessKey } });
  t.after(() => client.destroy());
  await client.send(new CreateUserCommand({ UserName: "mailer" }));
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName: "mailer" }));
  const { stdout, code } = await scanOf(
    {
      AWS_ENDPOINT_URL: moto.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    ["--aws", "--json"],
  );
  const { keys, notes, remarks, credentialReportAt } = JSON.parse(stdout);
  assert.deepEqual(
    keys.map(({ id, account }: Document) => [id, account]),
    [[AccessKey?.AccessKeyId, "mailer"]],
  );
  // moto always says that time, and has no root user. The key is newer, so that it was asked for.
  assert.equal(credentialReportAt, "2015-02-02T20:02:02.000Z");
  assert.match(remarks.join("\n"), /no row of the root user/);
  assert.deepEqual([notes, keys[0].lastUse.at, code], [[], null, 0]);
});
