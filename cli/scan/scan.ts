import { settingsIn } from "../../provider/configuration.ts";
import { SystemPorts } from "../../provider/ports.ts";
import { Session } from "../../provider/session.ts";
import { readConfig } from "../../stack/readStack.ts";
import { EXIT, type ExitCode, worstOf } from "../exitCodes.ts";
import { programFolder } from "../stackPlace.ts";
import { outputWidth, withProgress } from "../terminal.ts";
import { plain } from "../words.ts";
import { type AccountReport, accountReport, rootKeys } from "./accountReport.ts";
import { accountsOf } from "./accounts.ts";
import { adoptionText } from "./adoption.ts";
import { csvText } from "./csv.ts";
import { documentText } from "./document.ts";
import { judged, unjudged } from "./findings.ts";
import { accountText } from "./foundKey.ts";
import { keysOf } from "./look.ts";
import type { Options } from "./options.ts";
import { type Report, reportLines } from "./report.ts";
import { sarifText } from "./sarif.ts";

/** `iam-keys scan`: prints the keys of accounts; resolves to the exit code. */
export async function scan(options: Options): Promise<ExitCode> {
  let doing = "Looking for the accounts";
  const report = await withProgress(
    () => doing,
    () =>
      look(options, (now) => {
        doing = plain(now);
      }),
  );
  console.log(textOf(report, options));
  // Other programs read the standard output of these two.
  if (options.format || options.adopt)
    for (const line of [...report.notes.map((note) => `note: ${note}`), ...report.remarks])
      console.error(plain(line));
  return worstOf([
    ...(report.keys.some(({ findings }) => findings.length > 0) ? [EXIT.found] : []),
    ...(report.notes.length > 0 ? [EXIT.unseen] : []),
  ]);
}

const NO_REPORT: AccountReport = { problems: [], remarks: [] };

async function look(options: Options, doing: (now: string) => void): Promise<Report> {
  const config = await readConfig(options);
  // The provider reads files that settings name relative to the program.
  if (options.stack !== undefined) process.chdir(await programFolder(options.cwd));
  const ports = new SystemPorts(settingsIn(config.values));
  const session = new Session(ports);
  const { accounts, problems } = await accountsOf(session, options);
  if (options.aws) doing("Waiting for the credential report of the AWS account");
  const { report, ...reading } = options.aws ? await accountReport(session) : NO_REPORT;
  const found = await keysOf(session, accounts, report, (account, index) =>
    doing(`Account ${index + 1} of ${accounts.length}: ${accountText(account)}`),
  );
  const now = ports.now();
  const { ids } = options;
  const every = [...(report ? rootKeys(report) : []), ...found.keys];
  const keys = judged(every, options, now).filter(({ id }) => ids.length === 0 || ids.includes(id));
  const missing = ids.filter((id) => !keys.some((key) => key.id === id));
  return {
    now,
    accounts: accounts.length + (report ? 1 : 0),
    keys,
    notes: [
      ...config.notes,
      ...problems,
      ...reading.problems,
      ...found.problems,
      ...unjudged(keys),
      ...missing.map((id) => `There is no key ${id} in the accounts that were scanned.`),
    ],
    remarks: reading.remarks,
    credentialReportAt: report?.generatedAt,
  };
}

function textOf(report: Report, { json, format, adopt, language, ids }: Options): string {
  if (json) return documentText(report);
  if (format === "csv") return csvText(report);
  if (format === "sarif") return sarifText(report);
  if (adopt) return adoptionText(report.keys, ids, language);
  return reportLines(report, outputWidth()).join("\n");
}
