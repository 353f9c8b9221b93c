import { settingsIn } from "../../provider/configuration.ts";
import { SystemPorts } from "../../provider/ports.ts";
import { Session } from "../../provider/session.ts";
import { readConfig } from "../../stack/readStack.ts";
import { EXIT, type ExitCode, worstOf } from "../exitCodes.ts";
import { programFolder } from "../stackPlace.ts";
import { outputWidth } from "../terminal.ts";
import { plain } from "../words.ts";
import { accountsOf } from "./accounts.ts";
import { adoptionText } from "./adoption.ts";
import { csvText } from "./csv.ts";
import { documentText } from "./document.ts";
import { judged, unjudged } from "./findings.ts";
import { keysOf } from "./look.ts";
import type { Options } from "./options.ts";
import { type Report, reportLines } from "./report.ts";
import { sarifText } from "./sarif.ts";

/** `iam-keys scan`: prints the keys of accounts; resolves to the exit code. */
export async function scan(options: Options): Promise<ExitCode> {
  const report = await look(options);
  console.log(textOf(report, options));
  // These two go to standard output, which other programs read.
  if (options.format || options.adopt) for (const note of report.notes) console.error(plain(`note: ${note}`));
  return worstOf([
    ...(report.keys.some(({ findings }) => findings.length > 0) ? [EXIT.found] : []),
    ...(report.notes.length > 0 ? [EXIT.unseen] : []),
  ]);
}

async function look(options: Options): Promise<Report> {
  const config = await readConfig(options);
  // The provider reads files that settings name relative to the program.
  if (options.stack !== undefined) process.chdir(await programFolder(options.cwd));
  const ports = new SystemPorts(settingsIn(config.values));
  const session = new Session(ports);
  const { accounts, problems } = await accountsOf(session, options);
  const found = await keysOf(session, accounts);
  const now = ports.now();
  const { ids } = options;
  const keys = judged(found.keys, options, now).filter(({ id }) => ids.length === 0 || ids.includes(id));
  const missing = ids.filter((id) => !keys.some((key) => key.id === id));
  return {
    now,
    accounts: accounts.length,
    keys,
    notes: [
      ...config.notes,
      ...problems,
      ...found.problems,
      ...unjudged(keys),
      ...missing.map((id) => `There is no key ${id} in the accounts that were scanned.`),
    ],
  };
}

function textOf(report: Report, { json, format, adopt, ids }: Options): string {
  if (json) return documentText(report);
  if (format === "csv") return csvText(report);
  if (format === "sarif") return sarifText(report);
  if (adopt) return adoptionText(report.keys, ids);
  return reportLines(report, outputWidth()).join("\n");
}
