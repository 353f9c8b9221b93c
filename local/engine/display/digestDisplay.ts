import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import type { Severity } from "../deployment/runEvents.ts";
import type { Step } from "../deployment/step.ts";
import { isDefaultProvider, type ResourceState } from "../state/resourceState.ts";
import { changedKeys, isInternalKey } from "../values/objectDiff.ts";
import { detailedDiffJson } from "./jsonEventDisplay.ts";
import { redactedMap, shownConfig } from "./redacted.ts";
import type { DisplayOptions, Ending, RunDisplay } from "./runDisplay.ts";
import { RunReport } from "./runReport.ts";

/** Shows a preview as one JSON document at its end: the CLI's digest. */
export class DigestDisplay implements RunDisplay {
  readonly report: RunReport;
  readonly #options: DisplayOptions;
  readonly #config: ReadonlyMap<string, ConfigValue>;

  constructor(options: DisplayOptions, config: ReadonlyMap<string, ConfigValue>) {
    this.#options = options;
    this.#config = config;
    this.report = new RunReport(options.countsRefreshes);
  }

  stepStarted(): void {}

  stepEnded(step: Step, _seconds: number, error: Error | undefined): void {
    if (error === undefined) this.report.count(step);
  }

  message(severity: Severity, urn: string, text: string): void {
    if (severity !== "debug") this.report.add({ severity, urn, text });
  }

  output(line: string): void {
    this.report.add({ severity: "output", urn: "", text: line });
  }

  finish({ seconds }: Ending): void {
    const { steps, diagnostics, counts } = this.report;
    const digest = {
      config: shownConfig(this.#config),
      steps: steps.filter((step) => !isDefaultProvider(step)).map(stepJson),
      ...(diagnostics.length > 0 && {
        diagnostics: diagnostics.map(({ severity, urn, text }) => ({
          ...(urn !== "" && { urn }),
          message: severity === "output" || severity === "info" ? `${text}\n` : `${severity}: ${text}\n`,
          severity: severity === "output" ? "info" : severity,
        })),
      }),
      duration: Math.round(seconds * 1e9),
      changeSummary: Object.fromEntries(counts),
    };
    this.#options.print(JSON.stringify(digest, null, 4));
  }
}

function stepJson(step: Step): object {
  const { urn, old, new: state, diff, result } = step;
  const diffReasons =
    old === undefined || state === undefined
      ? []
      : [...changedKeys(old.inputs, state.inputs).keys()].filter((key) => !isInternalKey(key));
  return {
    op: result === undefined || result === "same" ? step.op : result,
    urn,
    ...((state ?? old)?.provider !== "" && { provider: (state ?? old)?.provider }),
    ...(old && { oldState: stateJson(old) }),
    ...(state && { newState: stateJson(state) }),
    ...(diffReasons.length > 0 && { diffReasons }),
    ...(diff !== undefined && diff.replaceKeys.length > 0 && { replaceReasons: diff.replaceKeys }),
    detailedDiff: detailedDiffJson(step),
  };
}

function stateJson(state: ResourceState): object {
  const { urn, custom, type, id, parent, provider, dependencies } = state;
  return {
    urn,
    custom,
    ...(id !== "" && { id }),
    type,
    inputs: redactedMap(state.inputs),
    outputs: redactedMap(state.outputs),
    ...(parent !== "" && { parent }),
    ...(dependencies.length > 0 && { dependencies }),
    ...(provider !== "" && { provider }),
  };
}
