import type { LocalCredential } from "../local/iam/index.ts";
import { LONGEST_TRIAL_MS } from "../provider/rotation/retirement.ts";
import type { Ages, Ending, KeyLife, Stage, Stay } from "./history.ts";
import type { Look } from "./invariants.ts";

interface Entry {
  readonly number: number;
  readonly madeAt: number;
  readonly stays: Stay[];
  now: { readonly stage: Stage; readonly since: number } | undefined;
  replacedAt: number | undefined;
  ended: { readonly at: number; readonly by: Ending } | undefined;
  uses: number;
  /** Since when it is the current one and was not used. */
  unusedSince: number | undefined;
  /** Whether a person had a hand in its life: then its age is not the policy's. */
  isExcused: boolean;
}

/** Writes down the life of each key. */
export class KeyLedger {
  readonly #entries = new Map<string, Entry>();
  #longestUnused = 0;

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

  /** From now on, what becomes of these keys is of a person's making. */
  excuse(ids: Iterable<string>): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry) entry.isExcused = true;
    }
  }

  use(id: string, at: number): void {
    const entry = this.#entry(id);
    entry.uses += 1;
    const { unusedSince } = entry;
    // The API tells a use so soon after that from none.
    if (unusedSince === undefined || at <= unusedSince + LONGEST_TRIAL_MS) return;
    this.#longestUnused = Math.max(this.#longestUnused, at - unusedSince);
    entry.unusedSince = undefined;
  }

  /** The longest time from when a key became current to its first use. */
  longestUnused(now: number): number {
    const open = [...this.#entries.values()].flatMap(({ unusedSince }) => unusedSince ?? []);
    return Math.max(this.#longestUnused, ...open.map((since) => now - since));
  }

  numberOf(id: string): number {
    return this.#entry(id).number;
  }

  endingOf(id: string): Ending | undefined {
    const { ended, isExcused } = this.#entry(id);
    return isExcused ? "hand" : ended?.by;
  }

  /** When the key was replaced, as its overlap counts; undefined where it was not. */
  replacedAt(id: string): number | undefined {
    return this.#entries.get(id)?.replacedAt;
  }

  /** How old a key became, of those whose lives are the policy's alone. */
  oldest(now: number): Ages {
    const entries = [...this.#entries.values()].filter(({ isExcused }) => !isExcused);
    const goneAt = ({ now: last, stays }: Entry) => (last ? now : (stays.at(-1)?.to ?? now));
    return {
      working: Math.max(0, ...entries.map(({ madeAt, ended }) => (ended?.at ?? now) - madeAt)),
      existing: Math.max(0, ...entries.map((entry) => goneAt(entry) - entry.madeAt)),
    };
  }

  lives(now: number): KeyLife[] {
    return [...this.#entries.values()].map(
      ({ now: last, stays, isExcused: _, unusedSince: __, ...entry }) => ({
        ...entry,
        stays: last ? [...stays, { stage: last.stage, from: last.since, to: now }] : stays,
        goneAt: last ? undefined : stays.at(-1)?.to,
      }),
    );
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
      unusedSince: undefined,
      isExcused: false,
    });
  }

  #turn(entry: Entry, stage: Stage | undefined, at: number, by: Ending): void {
    if (entry.now) entry.stays.push({ stage: entry.now.stage, from: entry.now.since, to: at });
    const since = entry.now ? at : entry.madeAt;
    if (stage === "current") entry.replacedAt = undefined;
    entry.unusedSince = stage === "current" ? at : undefined;
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
