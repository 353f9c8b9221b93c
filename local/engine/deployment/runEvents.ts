import type { Step } from "./step.ts";

/** How bad a message is. */
export type Severity = "debug" | "info" | "warning" | "error";

/** What happens during a run, for whoever shows it. */
export interface RunEvents {
  stepStarted(step: Step): void;
  stepEnded(step: Step, seconds: number, error: Error | undefined): void;
  /** A message about a resource; without a URN, about the stack. */
  message(severity: Severity, urn: string, text: string): void;
  /** A line printed by the program or by a provider. */
  output(line: string): void;
}
