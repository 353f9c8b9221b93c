import type { Severity } from "../deployment/runEvents.ts";
import { isLogical, type Step, type StepOp } from "../deployment/step.ts";
import { isDefaultProvider } from "../state/resourceState.ts";
import { maskSecrets } from "../values/secretTexts.ts";

/** A message kept for the end of a run. */
export interface Diagnostic {
  readonly severity: Severity | "output";
  readonly urn: string;
  readonly text: string;
}

/** How many resources were created, changed, and so on, as a summary counts them. */
export type ChangeCounts = ReadonlyMap<StepOp, number>;

/** What has happened in a run so far. */
export class RunReport {
  readonly #diagnostics: Diagnostic[] = [];
  readonly steps: Step[] = [];
  readonly #counts = new Map<StepOp, number>();
  readonly #countsRefreshes: boolean;

  constructor(countsRefreshes: boolean) {
    this.#countsRefreshes = countsRefreshes;
  }

  add(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic);
  }

  /** What was said, with every secret masked that is known by now, not only those known when it was said. */
  get diagnostics(): Diagnostic[] {
    return this.#diagnostics.map((diagnostic) => ({ ...diagnostic, text: maskSecrets(diagnostic.text) }));
  }

  count(step: Step): void {
    this.steps.push(step);
    if (isDefaultProvider(step) || !(step.result === undefined ? isLogical(step) : this.#countsRefreshes))
      return;
    const op = step.result ?? step.op;
    this.#counts.set(op, (this.#counts.get(op) ?? 0) + 1);
  }

  get counts(): ChangeCounts {
    return this.#counts;
  }

  /** Whether anything but the wording of the state changed. */
  get hasChanges(): boolean {
    return [...this.#counts.keys()].some((op) => op !== "same");
  }
}
