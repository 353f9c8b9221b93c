import type { Landmark } from "./landmarks.ts";

/** Where a key stands: "unused" is one that was made and never became the current one. */
export type Stage = "current" | "previous" | "inactive" | "unused";

/** Why a key stopped to work: the policy, a person who asked for a new key, or one who deleted this one. */
export type Ending = "policy" | "order" | "hand";

/** All moments are in milliseconds since the epoch. */
export interface Stay {
  readonly stage: Stage;
  readonly from: number;
  readonly to: number;
}

export interface KeyLife {
  /** Keys count from 1, in the order in which they were made. */
  readonly number: number;
  readonly madeAt: number;
  /** Its stages, one after the other. */
  readonly stays: readonly Stay[];
  /** When it was replaced; undefined where it was not. */
  readonly replacedAt: number | undefined;
  /** Since when it works no more; undefined where it still does. */
  readonly ended: { readonly at: number; readonly by: Ending } | undefined;
  /** Since when it is gone; undefined where it still exists. */
  readonly goneAt: number | undefined;
  /** How often it was used, refusals not counted. */
  readonly uses: number;
}

export interface RunRecord {
  readonly at: number;
  readonly outcome: "done" | "failed" | "missed";
  /** Whether the API was to fail in this run. A run with nothing to do asks nothing, and does not notice. */
  readonly faulty: boolean;
  /** How many requests it sent. */
  readonly requests: number;
}

export interface ConsumerLife {
  /** Consumers count from 1. */
  readonly number: number;
  /** How long it goes on with the key that it has, in milliseconds. */
  readonly delay: number;
  /** Which key it held, and when. */
  readonly holds: readonly { readonly key: number; readonly from: number; readonly to: number }[];
}

/** A use that was refused. */
export interface Refusal {
  readonly at: number;
  readonly consumer: number;
  readonly key: number;
  /** Undefined where the key should have worked. */
  readonly by: Ending | undefined;
}

/** An age in milliseconds: of a key that worked, and of one that existed. */
export interface Ages {
  readonly working: number;
  readonly existing: number;
}

/** What became of a scenario. */
export interface History {
  readonly from: number;
  readonly to: number;
  readonly runs: readonly RunRecord[];
  readonly keys: readonly KeyLife[];
  readonly consumers: readonly ConsumerLife[];
  readonly refusals: readonly Refusal[];
  /** Keys whose create told nobody of them, so that a person deleted them by hand. */
  readonly orphans: number;
  /** How old a key became at most. */
  readonly oldest: Ages;
  /** How old the policy and the gaps between the runs let a key become. */
  readonly oldestAllowed: Ages;
  /** What must hold at any time and did not, in sentences. */
  readonly broken: readonly string[];
  /** What was come to of that which a campaign must come to. */
  readonly reached: readonly Landmark[];
}
