import {
  type CredentialReport,
  type ReportedKey,
  ROOT_USER,
  readCredentialReport,
} from "../../provider/api/awsCredentialReport.ts";
import { IamKeysError } from "../../provider/errors.ts";
import type { Session } from "../../provider/session.ts";
import { momentText } from "../words.ts";
import type { FoundKey } from "./foundKey.ts";

/** The credential report of the caller's AWS account, as far as the caller may read it. */
export interface AccountReport {
  readonly report?: CredentialReport;
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** Reads it, or says why not: where the caller may not, the lists of keys tell most of it, too. */
export async function accountReport(session: Session): Promise<AccountReport> {
  try {
    const report = await readCredentialReport(session.aws.requests, (pause) => session.ports.sleep(pause));
    return { report, problems: [], remarks: remarksOn(report) };
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    if (error.code === "PERMISSION_DENIED") return { problems: [], remarks: [REFUSED] };
    if (error.message.includes("(InvalidAction)")) return { problems: [], remarks: [NOT_THERE] };
    return { problems: [error.message], remarks: [] };
  }
}

const WITHOUT_REPORT =
  "So AWS was asked for the last use of each key, and keys of the root user were not looked for.";

const REFUSED = `The caller may not read AWS's credential report (iam:GetCredentialReport and iam:GenerateCredentialReport). ${WITHOUT_REPORT}`;

const NOT_THERE = `The service at the endpoint for AWS has no credential report. ${WITHOUT_REPORT}`;

function remarksOn({ generatedAt, users }: CredentialReport): string[] {
  return [
    `Last uses of AWS keys, and the keys of the root user, are as of ${momentText(generatedAt)} UTC or later: AWS made its credential report then.`,
    ...(users.has(ROOT_USER)
      ? []
      : ["The credential report has no row of the root user, so its keys are not known."]),
  ];
}

/** The keys of the root user, which nothing but the report shows. */
export function rootKeys({ users }: CredentialReport): FoundKey[] {
  const root = users.get(ROOT_USER);
  return (root?.keys ?? []).map((key) => rootKey(key, root?.arn.split(":")[4]));
}

function rootKey({ number, isActive, changedAt, lastUse }: ReportedKey, accountNumber = "?"): FoundKey {
  return {
    id: `root-key-${number}`,
    type: "aws:RootAccessKey",
    account: { cloud: "aws", id: ROOT_USER, name: accountNumber, isNamed: false },
    description: "",
    owner: undefined,
    status: isActive ? "Active" : "Inactive",
    createdAt: Number.isNaN(changedAt) ? undefined : new Date(changedAt).toISOString(),
    use: { known: true, last: lastUse, isGone: false },
  };
}
