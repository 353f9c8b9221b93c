import assert from "node:assert/strict";
import { test } from "node:test";
import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { aws, manualClock, startForTest } from "./startForTest.ts";

async function rowsOf(client: IAMClient): Promise<Record<string, string>[]> {
  const { Content, ReportFormat } = await client.send(new GetCredentialReportCommand({}));
  assert.equal(ReportFormat, "text/csv");
  const [head = [], ...rows] = Buffer.from(Content ?? [])
    .toString()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((cells) => Object.fromEntries(head.map((column, index) => [column, cells[index] ?? ""])));
}

test("a credential report is made on request, is good for four hours, and shows the root user, too", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const client = aws(t, iam);
  const [owner, createdAt] = [iam.addUser("mailer"), "2020-01-01T00:00:00.000Z"];
  await iam.plantKey({ kind: "aws:AccessKey", owner: "<root_account>", createdAt });
  const id = await iam.plantKey({ kind: "aws:AccessKey", owner, createdAt, lastUsedAt: createdAt });
  const refusal = (error: Error) => error.name;
  const get = () => client.send(new GetCredentialReportCommand({})).catch(refusal);
  const generate = async () => (await client.send(new GenerateCredentialReportCommand({}))).State;

  /** The client signs with the server's clock. */
  const pass = (hours: number) => {
    clock.advance(hours * 60 * 60 * 1000);
    client.config.systemClockOffset += hours * 60 * 60 * 1000;
  };

  assert.equal(await get(), "CredentialReportNotPresentException");
  assert.equal(await generate(), "STARTED");
  assert.equal(await generate(), "COMPLETE");
  const user = async (name: string) => (await rowsOf(client)).find((row) => row.user === name);
  const root = await user("<root_account>");
  assert.equal(root?.arn, "arn:aws:iam::123456789012:root");
  assert.deepEqual(
    [root?.access_key_1_active, root?.access_key_1_last_used_date, root?.access_key_2_active],
    ["true", "N/A", "false"],
  );
  const before = await user("mailer");
  assert.equal(before?.access_key_1_last_rotated, "2020-01-01T00:00:00+00:00");
  assert.equal(before?.access_key_1_last_used_service, "s3");

  const change = (Status: "Active" | "Inactive") =>
    client.send(new UpdateAccessKeyCommand({ UserName: owner, AccessKeyId: id, Status }));
  await change("Inactive");
  assert.deepEqual(await user("mailer"), before, "the report is as old as it is");
  pass(4);
  assert.equal(await get(), "CredentialReportExpiredException");
  assert.equal(await generate(), "STARTED");
  const inactive = await user("mailer");
  assert.deepEqual([inactive?.access_key_1_active, inactive?.access_key_1_last_rotated], ["false", "N/A"]);
  await change("Active");
  pass(4);
  await generate();
  assert.notEqual((await user("mailer"))?.access_key_1_last_rotated, before?.access_key_1_last_rotated);
});
