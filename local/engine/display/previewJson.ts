import type { Step } from "../deployment/step.ts";
import type { ConfigValue } from "../project/stackConfig.ts";
import { isDefaultProvider, type ResourceState } from "../state/resourceState.ts";
import { changedKeys, isInternalKey } from "../values/objectDiff.ts";
import { redactedMap } from "./redacted.ts";
import type { RunReport } from "./runReport.ts";

/** A preview in the CLI's digest form, for programs to read. */
export function previewJson(report: RunReport, config: ReadonlyMap<string, ConfigValue>): object {
  return {
    config: Object.fromEntries(
      [...config].map(([key, { value, secret }]) => [key, secret ? "[secret]" : value]),
    ),
    steps: report.steps.filter((step) => !isDefaultProvider(step)).map(stepJson),
    diagnostics: report.diagnostics.map(({ severity, urn, text }) => ({
      urn,
      message: text,
      severity: severity === "output" ? "info" : severity,
    })),
    changeSummary: Object.fromEntries(report.counts),
  };
}

function stepJson(step: Step): object {
  const { op, urn, old, new: state, diff } = step;
  const diffReasons =
    old === undefined || state === undefined
      ? []
      : [...changedKeys(old.inputs, state.inputs).keys()].filter((key) => !isInternalKey(key));
  return {
    op,
    urn,
    ...(old && { oldState: stateJson(old) }),
    ...(state && { newState: stateJson(state) }),
    ...(diffReasons.length > 0 && { diffReasons }),
    ...(diff !== undefined && diff.replaceKeys.length > 0 && { replaceReasons: diff.replaceKeys }),
  };
}

function stateJson(state: ResourceState): object {
  const { urn, custom, type, id, parent, provider } = state;
  return {
    urn,
    custom,
    type,
    ...(id !== "" && { id }),
    inputs: redactedMap(state.inputs),
    outputs: redactedMap(state.outputs),
    ...(parent !== "" && { parent }),
    ...(provider !== "" && { provider }),
  };
}
