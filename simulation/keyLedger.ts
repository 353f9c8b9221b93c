import type { LocalCredential } from "../local/iam/index.ts";
import type { Ending, KeyLife, Stage, Stay } from "./history.ts";
import type { Look } from "./invariants.ts";

interface Entry {
  readonly number: number;
  readonly madeAt: number;
  readonly stays: Stay[];
  now: { readonly stage: Stage; readonly since: number } | undefined;
  replacedAt: number | undefined;
  ended: { readonly at: number; readonly by: Ending } | undefined;
  uses: number;
}

/** Writes down the life of each key. */
export class KeyLedger {
  readonly #entries = new Map<string, Entry>();

  /** Looks at the keys after something that happened at `at`; `by` says what ended a key that works no more. */
  observe({ ours, current, previous }: Look, at: number, by: Ending): void {
    for (const { id, createdAt } of ours) {
      if (!this.#entries.has(id)) this.#open(id, Date.parse(createdAt));
    }
    for (const [id, entry] of this.#entries) {
      const key = ours.find((each) => each.id === id);
      const stage = key && stageOf(key, current, previous);
      if (stage !== entry.now?.stage) this.#turn(entry, stage, at, by);
    }
  }

  use(id: string): void {
    this.#entry(id).uses += 1;
  }

  numberOf(id: string): number {
    return this.#entry(id).number;
  }

  endingOf(id: string): Ending | undefined {
    return this.#entry(id).ended?.by;
  }

  lives(now: number): KeyLife[] {
    return [...this.#entries.values()].map(({ now: last, stays, ...entry }) => ({
      ...entry,
      stays: last ? [...stays, { stage: last.stage, from: last.since, to: now }] : stays,
      goneAt: last ? undefined : stays.at(-1)?.to,
    }));
  }

  #open(id: string, madeAt: number): void {
    this.#entries.set(id, {
      number: this.#entries.size + 1,
      madeAt,
      stays: [],
      now: undefined,
      replacedAt: undefined,
      ended: undefined,
      uses: 0,
    });
  }

  #turn(entry: Entry, stage: Stage | undefined, at: number, by: Ending): void {
    if (entry.now) entry.stays.push({ stage: entry.now.stage, from: entry.now.since, to: at });
    const since = entry.now ? at : entry.madeAt;
    if (stage === "previous") entry.replacedAt ??= at;
    if (stage === undefined || stage === "inactive") entry.ended ??= { at, by };
    entry.now = stage && { stage, since };
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`No key ${id} was ever seen.`);
    return entry;
  }
}

function stageOf(
  { id, status }: LocalCredential,
  current: string | undefined,
  previous: string | undefined,
): Stage {
  if (status === "Inactive") return "inactive";
  if (id === current) return "current";
  return id === previous ? "previous" : "unused";
}
