/** The upper bounds of the histogram, in seconds. A cloud, and the trial of a key, may take long. */
const BUCKETS_S = [0.5, 1, 2, 5, 10, 30, 60, 120];

/** The outcome of a call for a rotation. */
export type Outcome = "rotated" | "repeated" | "failed";

interface Times {
  counts: readonly number[];
  sum: number;
  count: number;
}

/**
 * Counts what the rotator does, and tells it in the text format of Prometheus. No environment, account or key is named.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export class Metrics {
  readonly #requests = new Map<number, number>();
  readonly #rotations = new Map<string, number>();
  readonly #times = new Map<string, Times>();
  readonly #startedS: number;
  #underWay = 0;

  constructor(now: number) {
    this.#startedS = now / 1000;
  }

  /** Counts a request that was answered; those of probes do not come here. */
  answered(status: number): void {
    this.#requests.set(status, (this.#requests.get(status) ?? 0) + 1);
  }

  /** Counts a call for a rotation, and how long it takes. */
  async timed<Result>(
    kind: string,
    work: () => Promise<{ outcome: Outcome; result: Result }>,
  ): Promise<Result> {
    const begun = performance.now();
    let outcome: Outcome = "failed";
    this.#underWay += 1;
    try {
      const done = await work();
      outcome = done.outcome;
      return done.result;
    } finally {
      this.#underWay -= 1;
      this.#rotated(kind, outcome, (performance.now() - begun) / 1000);
    }
  }

  text(isReady: boolean): string {
    return [
      ...head("requests_total", "counter", "Requests that were answered, by HTTP status."),
      ...[...this.#requests].map(([status, count]) => line("requests_total", { status }, count)),
      ...head("rotations_total", "counter", "Calls for a rotation, by kind of key and outcome."),
      ...[...this.#rotations].map(([labels, count]) => `${PREFIX}rotations_total{${labels}} ${count}`),
      ...head("rotation_seconds", "histogram", "How long calls for a rotation took."),
      ...[...this.#times].flatMap(([kind, times]) => histogram(kind, times)),
      ...head("rotations_under_way", "gauge", "Calls for a rotation that are not answered yet."),
      line("rotations_under_way", {}, this.#underWay),
      ...head("ready", "gauge", "1 where requests are taken."),
      line("ready", {}, isReady ? 1 : 0),
      ...head("start_time_seconds", "gauge", "When the rotator started, in seconds since the epoch."),
      line("start_time_seconds", {}, this.#startedS),
      "",
    ].join("\n");
  }

  #rotated(kind: string, outcome: Outcome, seconds: number): void {
    const labels = labelled({ kind, outcome });
    this.#rotations.set(labels, (this.#rotations.get(labels) ?? 0) + 1);
    const times = this.#times.get(kind) ?? { counts: BUCKETS_S.map(() => 0), sum: 0, count: 0 };
    this.#times.set(kind, times);
    times.counts = times.counts.map((count, index) =>
      seconds <= (BUCKETS_S[index] ?? 0) ? count + 1 : count,
    );
    times.sum += seconds;
    times.count += 1;
  }
}

const PREFIX = "iam_keys_esc_";

type Labels = Readonly<Record<string, string | number>>;

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} ${type}`];
}

function line(name: string, labels: Labels, value: number): string {
  const text = labelled(labels);
  return `${PREFIX}${name}${text && `{${text}}`} ${value}`;
}

function histogram(kind: string, { counts, sum, count }: Times): string[] {
  return [
    ...BUCKETS_S.map((le, index) => line("rotation_seconds_bucket", { kind, le }, counts[index] ?? 0)),
    line("rotation_seconds_bucket", { kind, le: "+Inf" }, count),
    line("rotation_seconds_sum", { kind }, sum),
    line("rotation_seconds_count", { kind }, count),
  ];
}

/** The values are words of this program, so nothing in them needs escaping. */
function labelled(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");
}
