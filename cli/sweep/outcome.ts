import type { Candidate } from "./look.ts";

/** What became of a key that was shown. */
export interface Outcome {
  readonly candidate: Candidate;
  readonly did:
    | "deleted"
    /** Nothing is there to be deleted any more: somebody else has deleted it, or given it another name. */
    | "gone"
    /** It could be deleted, and nobody said so. */
    | "listed"
    | "refused"
    | "failed";
  /** Why it was refused or failed. */
  readonly reason?: string;
  /** It failed because the caller may not do it. */
  readonly isDenied?: boolean;
}
