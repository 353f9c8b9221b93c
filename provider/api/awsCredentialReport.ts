import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import type { ListedAccessKey } from "./awsReplies.ts";
import type { AwsRequests } from "./awsRequests.ts";
import { parseReply } from "./http.ts";
import type { LastUse } from "./verification.ts";

/** What the credential report says of a key. It names no ids. */
export interface ReportedKey {
  /** A user has a first and a second one. */
  readonly number: 1 | 2;
  readonly isActive: boolean;
  /** When it was made or last changed, in milliseconds since the epoch. */
  readonly changedAt: number;
  /** Undefined where the report knows of none. */
  readonly lastUse: LastUse | undefined;
}

/** Who has a row in the report. */
export interface ReportedUser {
  readonly arn: string;
  readonly keys: readonly ReportedKey[];
}

/** The credential report of an AWS account, which may be four hours old. */
export interface CredentialReport {
  /** In milliseconds since the epoch. */
  readonly generatedAt: number;
  /** By user name. */
  readonly users: ReadonlyMap<string, ReportedUser>;
}

/** The name that the report has for the account's root user. No IAM user can have it. */
export const ROOT_USER = "<root_account>";

/** Before each look. AWS needs seconds for a small account; after two minutes, nobody waits any longer. */
const PAUSES_MS = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];

const reply = z.object({ Content: z.instanceof(Uint8Array), GeneratedTime: z.date() });

/**
 * Reads the report, and has AWS make one where the last one is older than four hours.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export async function readCredentialReport(
  requests: AwsRequests,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<CredentialReport> {
  const { GenerateCredentialReportCommand } = await import("@aws-sdk/client-iam");
  for (const pause of PAUSES_MS) {
    if (pause > 0) await sleep(pause);
    const report = await presentReport(requests);
    if (report) return report;
    await requests.send("GenerateCredentialReport", undefined, ({ repeating }) =>
      repeating.send(new GenerateCredentialReportCommand({})),
    );
  }
  throw new IamKeysError("TIMEOUT", "AWS did not make the credential report within two minutes.", {
    hint: "Run again later.",
  });
}

/** Undefined if there is none, if it has expired, and if AWS is still making it. */
async function presentReport(requests: AwsRequests): Promise<CredentialReport | undefined> {
  const { GetCredentialReportCommand } = await import("@aws-sdk/client-iam");
  try {
    const said = await requests.send("GetCredentialReport", undefined, ({ repeating }) =>
      repeating.send(new GetCredentialReportCommand({})),
    );
    const { Content, GeneratedTime } = parseReply("GetCredentialReport", reply, said);
    return { generatedAt: GeneratedTime.getTime(), users: usersIn(Buffer.from(Content).toString()) };
  } catch (error) {
    // ReportNotPresent and ReportExpired are 410, ReportInProgress is 404.
    if (error instanceof IamKeysError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

/** A row that is not plain, as that of a user with a comma in the name, is left out: AWS can be asked about its keys. */
function usersIn(csv: string): Map<string, ReportedUser> {
  const [head = [], ...rows] = csv.split(/\r?\n/).map((line) => line.split(","));
  const users = rows
    .filter(({ length }) => length === head.length)
    .map((cells): [string, ReportedUser] => {
      const cell = (column: string) => cells[head.indexOf(column)] ?? "";
      return [cell("user"), { arn: cell("arn"), keys: [...keyIn(1, cell), ...keyIn(2, cell)] }];
    });
  return new Map(users);
}

function keyIn(number: 1 | 2, cell: (column: string) => string): ReportedKey[] {
  const of = (column: string) => cell(`access_key_${number}_${column}`);
  const isActive = of("active").toLowerCase() === "true";
  const changedAt = Date.parse(of("last_rotated"));
  if (!isActive && Number.isNaN(changedAt)) return [];
  const usedAt = Date.parse(of("last_used_date"));
  const lastUse = Number.isNaN(usedAt)
    ? undefined
    : {
        at: new Date(usedAt).toISOString(),
        by: `${of("last_used_service")} in ${of("last_used_region")}`,
      };
  return [{ number, isActive, changedAt, lastUse }];
}

/** What was made within the same minute is not told apart. */
const APART_MS = 60 * 1000;
/** If a key was used several times within this span, the report keeps the first use. */
const SPAN_MS = 15 * 60 * 1000;

/**
 * The last use of a key, as the report has it. Undefined if AWS has to be asked: the report knows of no use, it may speak
 * of another key, or its use may be the trial of the key. A trial can hide a use that came right after it.
 *
 * @param listed all keys of the user
 */
export function reportedUse(
  { generatedAt, users }: CredentialReport,
  userName: string,
  { CreateDate }: ListedAccessKey,
  listed: readonly ListedAccessKey[],
): LastUse | undefined {
  const madeAt = CreateDate?.getTime() ?? Number.NaN;
  const isNear = (at: number | undefined) => Math.abs((at ?? Number.NaN) - madeAt) < APART_MS;
  const isAlone = listed.filter((key) => isNear(key.CreateDate?.getTime())).length === 1;
  const [row, ...others] = (users.get(userName)?.keys ?? []).filter(({ changedAt }) => isNear(changedAt));
  if (!(madeAt < generatedAt - APART_MS) || !isAlone || !row?.lastUse || others.length > 0) return undefined;
  const isSame = seconds(row.changedAt) === seconds(madeAt);
  return isSame && Date.parse(row.lastUse.at) - madeAt > SPAN_MS ? row.lastUse : undefined;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
