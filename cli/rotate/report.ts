import type { ExitCode } from "../exitCodes.ts";
import type { Failure } from "./failure.ts";
import type { KeyFacts } from "./stackFacts.ts";

/** What became of a key in a run. */
export type KeyEvent =
  | { readonly did: "created" | "rotated"; readonly key: string; readonly instead?: string | undefined }
  | { readonly did: "made inactive" | "retired"; readonly key: string };

/** A key after a run. */
export interface KeyReport extends KeyFacts {
  readonly events: readonly KeyEvent[];
}

/** What a run did, for machines. No secret is in it. */
export interface Report {
  readonly version: 1;
  readonly stack: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly exitCode: ExitCode;
  readonly result: "nothing due" | "rotated" | "failed" | "needs a person" | "could not look";
  /** The one line that says what happened and, where something is left to do, what to do. */
  readonly message: string;
  readonly attempts: number;
  readonly keys: readonly KeyReport[];
  readonly failures: readonly Failure[];
  /** Why keys were to be made or retired, and what becomes of those that they replace, as the preview said. */
  readonly due: readonly string[];
  /** What pulumi-iam-keys warned of. */
  readonly warnings: readonly string[];
  /** The names of the keys that are due and left for later runs, by `rotate.group`, --max-rotations or --apart. */
  readonly putOff: readonly string[];
  /** The names of what differs because the program was edited, and which is not this run's to deploy. */
  readonly edits: readonly string[];
}
