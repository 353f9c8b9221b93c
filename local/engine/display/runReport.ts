import type { Severity } from "../deployment/runEvents.ts";
import type { Step, StepOp } from "../deployment/step.ts";
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

// A replacement is three operations, counted as one; deleting what an earlier run replaced counts as a delete.
const countedOps: readonly StepOp[] = ["create", "update", "delete", "replace", "same"];

/** What has happened in a run so far. */
export class RunReport {
  readonly #diagnostics: Diagnostic[] = [];
  readonly steps: Step[] = [];
  readonly #counts = new Map<StepOp, number>();

  add(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic);
  }

  /** What was said, with every secret masked that is known by now, not only those known when it was said. */
  get diagnostics(): Diagnostic[] {
    return this.#diagnostics.map((diagnostic) => ({ ...diagnostic, text: maskSecrets(diagnostic.text) }));
  }

  count(step: Step): void {
    this.steps.push(step);
    if (isDefaultProvider(step)) return;
    const replacedEarlier = step.op === "delete-replaced" && !step.pending && !this.#replacedNow(step.urn);
    const op = replacedEarlier ? "delete" : step.op;
    if (countedOps.includes(op)) this.#counts.set(op, (this.#counts.get(op) ?? 0) + 1);
  }

  get counts(): ChangeCounts {
    return this.#counts;
  }

  /** Whether anything but the wording of the state changed. */
  get hasChanges(): boolean {
    return [...this.#counts.keys()].some((op) => op !== "same");
  }

  #replacedNow(urn: string): boolean {
    return this.steps.some((step) => step.op === "replace" && step.urn === urn);
  }
}
