import type { RunEvents } from "../deployment/runEvents.ts";
import type { PropertyMap } from "../values/propertyValue.ts";
import type { RunReport } from "./runReport.ts";

/** How a run is to be shown. */
export interface DisplayOptions {
  readonly preview: boolean;
  /** A refresh by itself counts what it found; one before an update does not. */
  readonly countsRefreshes: boolean;
  /** Show every property, not only the names of those that change. */
  readonly diff: boolean;
  readonly debug: boolean;
  readonly suppressOutputs: boolean;
  readonly stackUrn: string;
  readonly print: (line: string) => void;
}

/** How a run ended, as far as it is shown. */
export interface Ending {
  /** The outputs of the stack before and after; absent when the run did not come to them. */
  readonly outputs: { readonly old: PropertyMap; readonly new: PropertyMap } | undefined;
  readonly failed: boolean;
  readonly seconds: number;
}

/** Shows a run while it goes on, and what is left to say at its end. */
export interface RunDisplay extends RunEvents {
  readonly report: RunReport;
  finish(ending: Ending): void;
}
