import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { judged } from "../../cli/scan/findings.ts";
import { reportLines } from "../../cli/scan/report.ts";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { type Document, daysAgo, scan, scanned } from "./support.ts";

describe("iam-keys scan --format", () => {
  let iam: LocalIam;
  let idle = "";
  let fresh = "";
  let where: readonly string[] = [];

  before(async () => {
    iam = await startLocalIam();
    const owner = iam.serviceAccountId;
    const description = '=HYPERLINK("http://example.com") \u001b[31m, [pulumi shop/prod/uploads]';
    idle = await iam.plantKey({ kind: "yandex:ApiKey", owner, description, createdAt: daysAgo(40) });
    fresh = await iam.plantKey({ kind: "yandex:StaticAccessKey", owner });
    where = ["--service-account", owner];
  });
  after(() => iam.close());

  test("csv has a line for each key, and nothing that a spreadsheet runs or a terminal obeys", async () => {
    const { stdout, code } = await scan(iam, [...where, "--format", "csv"]);
    const [head, first = "", second = "", ...rest] = stdout.trimEnd().split("\r\n");
    assert.equal(
      head,
      "id,type,account,accountName,description,owner,status,createdAt,ageSeconds,lastUsedAt,lastUsedBy,findings",
    );
    assert.ok(
      first.startsWith(
        `${idle},yandex:ApiKey,${iam.serviceAccountId},,"'=HYPERLINK(""http://example.com"")  [31m,",shop/prod/uploads,,`,
      ),
      first,
    );
    assert.match(first, /,never,,neverUsed$/);
    assert.ok(second.startsWith(`${fresh},`));
    assert.match(second, /,never,,$/);
    assert.deepEqual([rest, code], [[], 2]);
    assert.equal(stdout, stripVTControlCharacters(stdout));
  });

  test("csv and sarif leave what could not be seen to standard error, and the exit code says it", async () => {
    for (const format of ["csv", "sarif"]) {
      const { stderr, code } = await scan(iam, [...where, "--user", "nobody", "--format", format]);
      assert.match(stderr, /^note: .*nobody/m);
      assert.equal(code, 4);
    }
  });

  test("sarif has a result for each finding, and a fingerprint that stays", async () => {
    const sarif = async (more: readonly string[] = []): Promise<Document> => {
      const { stdout } = await scan(iam, [...where, "--format", "sarif", ...more]);
      const { version, runs } = JSON.parse(stdout);
      assert.deepEqual([version, runs.length], ["2.1.0", 1]);
      return runs[0];
    };
    const { results, tool, invocations } = await sarif();
    assert.deepEqual(
      results.map(({ ruleId, locations }: Document) => [ruleId, locations[0].logicalLocations[0].name]),
      [["neverUsed", idle]],
    );
    assert.match(results[0].message.text, new RegExp(`${idle} of .* name of shop/prod/uploads: never used`));
    const rules = tool.driver.rules.map(({ id }: Document) => id);
    assert.ok(rules.includes("neverUsed"));
    assert.equal(invocations[0].executionSuccessful, true);
    const again = await sarif(["--older", "30d"]);
    assert.equal(again.results.length, 2);
    assert.deepEqual(again.results[0].partialFingerprints, results[0].partialFingerprints);
    assert.notDeepEqual(again.results[1].partialFingerprints, results[0].partialFingerprints);
    const part = await sarif(["--user", "nobody"]);
    assert.equal(part.invocations[0].executionSuccessful, false);
    assert.match(part.invocations[0].toolExecutionNotifications[0].message.text, /nobody/);
  });

  test("json keeps the description as it is, but for the tag", async () => {
    const [{ keys }] = await scanned(iam, [...where, idle]);
    assert.equal(keys[0].description, '=HYPERLINK("http://example.com") \u001b[31m,');
  });
});

test("a report fits a terminal of 80 columns", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  const account = { cloud: "yandex", id: "aje4s362ejq1e1st9i3p", name: "uploader", isNamed: false } as const;
  const keys = ["yandex:ServiceAccountKey", "yandex:StaticAccessKey"].map((type) => ({
    id: "ajel8dc5me2utf87ors3",
    type,
    account,
    description: "",
    owner: "a-long-project/production/uploads-of-the-shop",
    status: undefined,
    createdAt: "2022-03-10T12:00:00Z",
    use: { known: true, last: { at: "2023-03-10T12:00:00Z", by: "s3 in us-east-1" }, isGone: false } as const,
  }));
  const limits = { older: { text: "90d", milliseconds: 90 * 86_400_000 } };
  const report = {
    now,
    accounts: 1,
    keys: judged(keys, limits, now),
    notes: ["word ".repeat(40)],
    remarks: [],
  };
  const lines = reportLines(report, 80);
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
  assert.match(lines.join(" ").replace(/\s+/g, " "), /older than 90d/);
});
