/** What goes wrong at the requests of a run. */
export interface FaultAt {
  /** "any": at every request. */
  readonly at: "any" | "create" | "verify" | "delete" | "deactivate";
  /**
   * "denied": not carried out; "lost": carried out, and answered as if it had failed; "withoutSecret": a key
   * is made, and its secret not told; "neverWorks": a new key is of no use and cannot be deleted again. What
   * makes no sense at a request is "denied".
   */
  readonly how: "denied" | "lost" | "withoutSecret" | "neverWorks";
}

/** What can happen to a stack, and to those who use its key. */
export type Event =
  | {
      readonly what: "run";
      readonly fault?: FaultAt | undefined;
      /** Whether a person asks for a new key, by a keeper that is changed. */
      readonly ordered?: boolean;
    }
  | { readonly what: "missedRun" }
  | { readonly what: "refresh" }
  /** A consumer uses the key that it holds; consumers count from 0. */
  | { readonly what: "use"; readonly consumer: number }
  /** Somebody deletes a key by hand. */
  | { readonly what: "removeCurrent" | "removePrevious" }
  /** Somebody makes a key that is not the stack's, for the same owner, or deletes it again. */
  | { readonly what: "makeForeignKey" | "deleteForeignKey" }
  /** From now on, the clock of the machine that runs the stack is wrong by so many milliseconds. */
  | { readonly what: "skew"; readonly by: number };

/** An event and its moment, in milliseconds since the beginning. */
export type Happening = Event & { readonly at: number };
