import type { KeyEvent, KeyReport, Report } from "./report.ts";

const SIGNS: Readonly<Record<Report["result"], string>> = {
  "nothing due": "✅",
  rotated: "🔑",
  failed: "🔁",
  "needs a person": "🧑‍🔧",
  "could not look": "🔌",
};

/** The report as a page for people: what to do, what became of each key, and what else is worth knowing. */
export function markdown(report: Report): string {
  const { stack, result, message, keys, failures, due, warnings, putOff, edits, attempts } = report;
  const sections = [
    `## ${SIGNS[result]} Keys of ${cell(stack)}: ${result}`,
    cell(message),
    keys.length > 0 ? table(keys) : "",
    list(
      "Failures",
      failures.map(({ code, what, advice }) => `\`${code}\`: ${what} ${advice}`),
    ),
    list("What was due", due),
    list("Due, and left for later runs by `rotate.group`, `--max-rotations` or `--apart`", putOff),
    list("Warnings", warnings),
    list("Not deployed: the program was edited, and `pulumi up` is yours to run", edits),
    `${report.startedAt} to ${report.finishedAt}, ${attempts === 1 ? "1 attempt" : `${attempts} attempts`}`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function table(keys: readonly KeyReport[]): string {
  const rows = keys.map(({ name, kind, events, current, previous, rotatesAt }) => [
    name,
    kind,
    events.map(eventText).join("; ") || "–",
    current ?? "none",
    previous ? `${previous.id}${previous.isActive ? "" : " (inactive)"}` : "–",
    rotatesAt ?? "never",
  ]);
  const head = ["key", "kind", "this run", "current", "previous", "due"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
}

function eventText(event: KeyEvent): string {
  if (event.did === "created") return "created";
  return event.did === "rotated" ? `rotated: ${event.instead} → ${event.key}` : `${event.did}: ${event.key}`;
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `**${title}**\n\n${items.map((item) => `- ${cell(item)}`).join("\n")}`;
}

/** Text that opens no column, line or tag of its own. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
