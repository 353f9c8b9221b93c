import type { AwsAccessKey } from "../state.ts";
import { textElement } from "../xml.ts";
import { AwsError } from "./awsError.ts";
import { type AwsCall, accountId, awsTimestamp } from "./call.ts";
import { arnOf } from "./users.ts";

/** A report is good for so long: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
const GOOD_FOR_MS = 4 * 60 * 60 * 1000;

const KEY_COLUMNS = ["active", "last_rotated", "last_used_date", "last_used_region", "last_used_service"];
/** Those of the page that are about users and their keys; nothing here has passwords, MFA devices or certificates. */
const COLUMNS = [
  "user",
  "arn",
  "user_creation_time",
  ...[1, 2].flatMap((number) => KEY_COLUMNS.map((column) => `access_key_${number}_${column}`)),
];

export function generateCredentialReport({ state }: AwsCall): string {
  const { credentialReport: last, now } = state;
  if (last && isGood(last.generatedAt, now())) return textElement("State", "COMPLETE");
  const rows = [state.rootUser, ...state.users.values()].map((user) => {
    const arn = user === state.rootUser ? `arn:aws:iam::${accountId}:root` : arnOf(user);
    const [first, second] = state.awsAccessKeys.ownedBy(user.userId);
    return [user.name, arn, csvTime(user.createdAt), ...cellsOf(first), ...cellsOf(second)];
  });
  const content = [COLUMNS, ...rows].map((cells) => cells.join(",")).join("\n");
  state.credentialReport = { generatedAt: now(), content };
  return textElement("State", "STARTED");
}

export function getCredentialReport({ state }: AwsCall): string {
  const { credentialReport: report, now } = state;
  if (!report) throw new AwsError(410, "ReportNotPresent", "No report exists.");
  if (!isGood(report.generatedAt, now())) throw new AwsError(410, "ReportExpired", "The report has expired.");
  return [
    textElement("Content", Buffer.from(report.content).toString("base64")),
    textElement("ReportFormat", "text/csv"),
    textElement("GeneratedTime", awsTimestamp(report.generatedAt)),
  ].join("");
}

function isGood(generatedAt: Date, now: Date): boolean {
  return now.getTime() - generatedAt.getTime() < GOOD_FOR_MS;
}

function cellsOf(key: AwsAccessKey | undefined): string[] {
  const use = key?.uses.lastHeard();
  const isActive = key?.status === "Active";
  return [
    String(isActive),
    isActive ? csvTime(key.changedAt ?? key.createdAt) : "N/A",
    use ? csvTime(use.at) : "N/A",
    use?.region ?? "N/A",
    use?.service ?? "N/A",
  ];
}

const csvTime = (date: Date): string => awsTimestamp(date).replace("Z", "+00:00");
