import type { Severity } from "../deployment/runEvents.ts";
import type { Step } from "../deployment/step.ts";
import type { Ending, RunDisplay } from "./runDisplay.ts";
import type { RunReport } from "./runReport.ts";

/** Shows a run in two ways at once; the report is that of the first. */
export class BothDisplays implements RunDisplay {
  readonly #first: RunDisplay;
  readonly #second: RunDisplay;

  constructor(first: RunDisplay, second: RunDisplay) {
    this.#first = first;
    this.#second = second;
  }

  get report(): RunReport {
    return this.#first.report;
  }

  stepStarted(step: Step): void {
    this.#each((display) => display.stepStarted(step));
  }

  stepEnded(step: Step, seconds: number, error: Error | undefined): void {
    this.#each((display) => display.stepEnded(step, seconds, error));
  }

  message(severity: Severity, urn: string, text: string): void {
    this.#each((display) => display.message(severity, urn, text));
  }

  output(line: string): void {
    this.#each((display) => display.output(line));
  }

  finish(ending: Ending): void {
    this.#each((display) => display.finish(ending));
  }

  #each(tell: (display: RunDisplay) => void): void {
    tell(this.#first);
    tell(this.#second);
  }
}
