import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import type { Severity } from "../deployment/runEvents.ts";
import { isLogical, type Step } from "../deployment/step.ts";
import { isDefaultProvider, type ResourceState, stackType } from "../state/resourceState.ts";
import { markedMap, shownConfig } from "./redacted.ts";
import type { DisplayOptions, Ending, RunDisplay } from "./runDisplay.ts";
import { RunReport } from "./runReport.ts";

/** Shows a run as the CLI's engine events, one JSON object a line. */
export class JsonEventDisplay implements RunDisplay {
  readonly report: RunReport;
  readonly #options: DisplayOptions;
  #sequence = 0;

  constructor(options: DisplayOptions, config: ReadonlyMap<string, ConfigValue>) {
    this.#options = options;
    this.report = new RunReport(options.countsRefreshes);
    this.#emit({ preludeEvent: { config: shownConfig(config) } });
  }

  stepStarted(step: Step): void {
    if (!isDefaultProvider(step)) this.#emit({ resourcePreEvent: this.#stepEvent(step, step.op) });
  }

  stepEnded(step: Step, _seconds: number, error: Error | undefined): void {
    if (error === undefined) this.report.count(step);
    if (isDefaultProvider(step)) return;
    const metadata = this.#stepEvent(step, step.result ?? step.op);
    if (error !== undefined) this.#emit({ resOpFailedEvent: { ...metadata, status: 2, steps: 0 } });
    // The stack's own outputs are known at the end of the run only.
    else if (step.type !== stackType || step.op === "delete") this.#emit({ resOutputsEvent: metadata });
  }

  message(severity: Severity, urn: string, text: string): void {
    if (severity !== "debug" || this.#options.debug) this.report.add({ severity, urn, text });
  }

  output(line: string): void {
    this.report.add({ severity: "output", urn: "", text: line });
  }

  finish({ failed, seconds }: Ending): void {
    // Held back until now, when every secret that may stand in them is known.
    for (const { severity, urn, text } of this.report.diagnostics) {
      const diagnosticEvent = {
        ...(urn !== "" && { urn }),
        ...(severity !== "output" && severity !== "info" && { prefix: `${severity}: ` }),
        message: `${text}\n`,
        color: "never",
        severity: severity === "output" ? "info" : severity,
      };
      this.#emit({ diagnosticEvent });
    }
    const stack = this.report.steps.findLast(({ type, op }) => type === stackType && op !== "delete");
    if (stack !== undefined)
      this.#emit({ resOutputsEvent: this.#stepEvent(stack, stack.result ?? stack.op) });
    this.#emit({
      summaryEvent: {
        maybeCorrupt: false,
        durationSeconds: Math.ceil(seconds),
        resourceChanges: Object.fromEntries(this.report.counts),
        PolicyPacks: {},
        isPreview: this.#options.preview,
        result: failed ? "failed" : "succeeded",
      },
    });
    this.#emit({ cancelEvent: {} });
  }

  #stepEvent(step: Step, op: string): object {
    const { urn, type, old, new: state, diff } = step;
    const metadata = {
      op,
      urn,
      type,
      old: old === undefined ? null : stateJson(old),
      new: state === undefined ? null : stateJson(state),
      ...(diff !== undefined && diff.replaceKeys.length > 0 && { keys: diff.replaceKeys }),
      ...(diff !== undefined && diff.changedKeys.length > 0 && { diffs: diff.changedKeys }),
      detailedDiff: detailedDiffJson(step),
      ...(isLogical(step) && { logical: true }),
      provider: (state ?? old)?.provider ?? "",
    };
    return { metadata, ...(this.#options.preview && { planning: true }) };
  }

  #emit(event: object): void {
    const timestamp = Math.floor(Date.now() / 1000);
    this.#options.print(JSON.stringify({ sequence: this.#sequence, timestamp, ...event }));
    this.#sequence += 1;
  }
}

/** The kinds of change by property path, where a provider or the engine told them. */
export function detailedDiffJson({ diff }: Step): object | null {
  if (diff?.detailed === undefined) return null;
  return Object.fromEntries(
    [...diff.detailed].map(([path, { kind, replaces, isInput }]) => [
      path,
      { diffKind: replaces ? `${kind}-replace` : kind, inputDiff: isInput },
    ]),
  );
}

function stateJson(state: ResourceState): object {
  return {
    type: state.type,
    urn: state.urn,
    ...(state.custom && { custom: true }),
    ...(state.delete && { delete: true }),
    id: state.id,
    parent: state.parent,
    ...(state.protect && { protect: true }),
    ...(state.retainOnDelete && { retainOnDelete: true }),
    inputs: markedMap(state.inputs),
    outputs: markedMap(state.outputs),
    provider: state.provider,
    ...(state.initErrors.length > 0 && { initErrors: state.initErrors }),
  };
}
