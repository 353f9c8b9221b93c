import { redact } from "../../provider/redact.ts";
import type { KeyStatus } from "./keyStatus.ts";
import type { Report } from "./report.ts";
import { urgencyOf } from "./urgency.ts";

/** A gauge that keys or stacks have; undefined if it is not known. */
interface Gauge<Subject> {
  readonly name: string;
  readonly help: string;
  readonly value: (subject: Subject, report: Report) => number | undefined;
  /** Which of two values is told where the labels are the same, as of keys without a known id. */
  readonly worse: (one: number, other: number) => number;
}

const KEY_GAUGES: readonly Gauge<KeyStatus>[] = [
  {
    name: "key_age_seconds",
    help: "The age of the key.",
    value: ({ createdAt }, { now }) => createdAt && Math.max(0, (now - createdAt) / 1000),
    worse: Math.max,
  },
  {
    name: "key_due_timestamp_seconds",
    help: "When the key is due to be rotated or renewed; for a previous key, when its retirement goes on.",
    value: ({ dueAt }) => dueAt && dueAt / 1000,
    worse: Math.min,
  },
  {
    name: "key_expires_timestamp_seconds",
    help: "When the key expires.",
    value: ({ expiresAt }) => expiresAt && expiresAt / 1000,
    worse: Math.min,
  },
  {
    name: "key_last_use_timestamp_seconds",
    help: "When the key was last used, as far as the API knows.",
    value: ({ use }) => (use.known && use.last ? Date.parse(use.last.at) / 1000 : undefined),
    worse: Math.max,
  },
  {
    name: "key_overdue",
    help: "1 if something is due that was not done yet, whatever holds it back.",
    value: ({ isOverdue }) => Number(isOverdue),
    worse: Math.max,
  },
  {
    name: "key_due_soon",
    help: "1 if the key is due or expires within the time of --within.",
    value: (key, { now, within }) =>
      within === undefined ? undefined : Number(urgencyOf(key, now, within) === "soon"),
    worse: Math.max,
  },
];

const STACK_GAUGES: readonly Gauge<Report>[] = [
  {
    name: "stack_complete",
    help: "1 if everything requested was read, decrypted and answered.",
    value: ({ isComplete }) => Number(isComplete),
    worse: Math.min,
  },
  {
    name: "stack_looked_timestamp_seconds",
    help: "When the stack was read.",
    value: ({ now }) => now / 1000,
    worse: Math.min,
  },
];

/**
 * The reports in the text format of Prometheus.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusText(reports: readonly Report[]): string {
  const stacks = reports.map((report) => ({
    subject: report,
    report,
    labels: labelled({ stack: report.stack ?? "" }),
  }));
  const keys = reports.flatMap((report) =>
    report.keys.map((key) => ({ subject: key, report, labels: labelled(labelsOf(key, report)) })),
  );
  return [
    ...KEY_GAUGES.flatMap((gauge) => gaugeLines(gauge, keys)),
    ...STACK_GAUGES.flatMap((gauge) => gaugeLines(gauge, stacks)),
  ].join("\n");
}

function labelsOf({ resource, type, keyId, state }: KeyStatus, { stack }: Report) {
  return { stack: stack ?? "", resource, type, key_id: keyId ?? "", state };
}

function gaugeLines<Subject>(
  { name, help, value, worse }: Gauge<Subject>,
  samples: readonly { subject: Subject; report: Report; labels: string }[],
): string[] {
  const values = new Map<string, number>();
  for (const { subject, report, labels } of samples) {
    const told = value(subject, report);
    if (told === undefined || !Number.isFinite(told)) continue;
    const other = values.get(labels);
    values.set(labels, other === undefined ? told : worse(told, other));
  }
  const lines = [...values].map(([labels, told]) => `iam_keys_${name}{${labels}} ${told}`);
  return [`# HELP iam_keys_${name} ${help}`, `# TYPE iam_keys_${name} gauge`, ...lines];
}

function labelled(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(redact(value))}"`)
    .join(",");
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
