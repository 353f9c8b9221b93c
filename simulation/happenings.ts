import type { Consistency } from "../local/iam/index.ts";

/** What goes wrong at the requests of a run. */
export interface FaultAt {
  /** "any": at every request. */
  readonly at: "any" | "create" | "verify" | "delete" | "deactivate";
  /**
   * "denied": not carried out; "lost": carried out, and answered as if it had failed; "withoutSecret": a key
   * is made, and its secret not told; "neverWorks": a new key is of no use and cannot be deleted again; "unknown":
   * a create is lost, and nobody may look what came of it. What makes no sense at a request is "denied".
   */
  readonly how: "denied" | "lost" | "withoutSecret" | "neverWorks" | "unknown";
}

/** Something else that becomes of a run, once so many of its requests have been carried out. */
export type Interruption = { readonly after: number } & (
  | { readonly what: "killed" }
  /** Its machine stands still for so many milliseconds, while others go on. */
  | { readonly what: "asleep"; readonly for: number }
);

/** Who else has keys of the same account: another stack, one of the same name in another backend, and Pulumi ESC. */
export const OTHERS = ["otherStack", "otherBackend", "esc"] as const;
export type Other = (typeof OTHERS)[number];

/** Beside the name of the resource: nothing, as 0.1.0 had it, or the mark of another instance, handed out or on trial. */
export const PLANTED = ["no mark", "another mark", "a mark on trial"] as const;
export type Planted = (typeof PLANTED)[number];

/** What can happen to a stack, and to those who use its key. */
export type Event =
  | {
      readonly what: "run";
      readonly fault?: FaultAt | undefined;
      readonly interruption?: Interruption | undefined;
      /** Whether a person asks for a new key, by a keeper that is changed. */
      readonly ordered?: boolean;
    }
  | { readonly what: "missedRun" }
  | { readonly what: "refresh" }
  /** A consumer uses the key that it holds; consumers count from 0. */
  | { readonly what: "use"; readonly consumer: number }
  /** The state is put back to what it was so many runs ago. */
  | { readonly what: "restore"; readonly runs: number }
  /** From now on, the program asks for the previous key to be brought back and kept, or does so no more. */
  | { readonly what: "undo"; readonly on: boolean }
  /** From now on, the clock of the machine that runs the stack is wrong by so many milliseconds. */
  | { readonly what: "skew"; readonly by: number }
  /** From now on, the clouds show what is done so late. */
  | { readonly what: "consistency"; readonly consistency: Consistency }
  | PersonalEvent
  /** A person makes a key that carries the name of the resource; at AWS, where keys carry nothing, any key. */
  | { readonly what: "plant"; readonly with: Planted }
  | {
      readonly what: "otherRuns";
      readonly who: Other;
      /** By how much its clock is wrong. */
      readonly skew: number;
      /** Whether what the run did comes to no state. */
      readonly isLost: boolean;
    }
  | { readonly what: "otherEnds"; readonly who: Other };

/** What a person does, in the cloud's console or with another program. */
export interface PersonalEvent {
  readonly what:
    | "removeCurrent"
    | "removePrevious"
    /** Makes a key that is not the stack's, for the same owner, or deletes it again. */
    | "makeForeignKey"
    | "deleteForeignKey"
    /** Makes the current AWS key inactive, or all such keys active again. */
    | "quarantine"
    | "release"
    /** Gives the AWS user another name, or the old one. */
    | "renameUser"
    | "renameUserBack"
    /** Deletes the keys that no state names and no consumer needs. */
    | "sweep";
}

/** An event and its moment, in milliseconds since the beginning. */
export type Happening = Event & { readonly at: number };
