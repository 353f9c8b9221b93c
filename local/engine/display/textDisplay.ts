import { nameOf } from "../../../stack/files/urn.ts";
import type { Severity } from "../deployment/runEvents.ts";
import type { Step } from "../deployment/step.ts";
import { isDefaultProvider, typeOf } from "../state/resourceState.ts";
import { changedKeys, isInternalKey } from "../values/objectDiff.ts";
import { deepEquals, type PropertyMap } from "../values/propertyValue.ts";
import { opTexts } from "./opTexts.ts";
import { differenceLines, propertyLines } from "./propertyText.ts";
import type { DisplayOptions, Ending, RunDisplay } from "./runDisplay.ts";
import { type Diagnostic, RunReport } from "./runReport.ts";
import { summaryLines } from "./summary.ts";

/** Shows a run as plain lines, one an operation, then what was said, the outputs, and the sums. */
export class TextDisplay implements RunDisplay {
  readonly report: RunReport;
  readonly #options: DisplayOptions;

  constructor(options: DisplayOptions) {
    this.#options = options;
    this.report = new RunReport(options.countsRefreshes);
  }

  stepStarted(step: Step): void {
    if (this.#options.preview || !isShown(step)) return;
    this.#options.print(`${opLine(step)} ${opTexts[step.op].doing} (0s)${changeSuffix(step)}`);
  }

  stepEnded(step: Step, seconds: number, error: Error | undefined): void {
    if (error === undefined) this.report.count(step);
    if (!isShown(step) && error === undefined) return;
    const { plan, doing, done } = opTexts[error === undefined ? (step.result ?? step.op) : step.op];
    const words =
      error !== undefined
        ? `**${doing} failed**`
        : this.#options.preview
          ? plan
          : `${done} (${seconds.toFixed(2)}s)`;
    this.#options.print(`${opLine(step)} ${words}${changeSuffix(step)}`);
    if (error === undefined && (this.#options.diff || this.#options.preview)) this.#printInputs(step);
  }

  message(severity: Severity, urn: string, text: string): void {
    if (severity === "debug" && !this.#options.debug) return;
    const owner = urn === "" ? this.#options.stackUrn : urn;
    this.report.add({ severity, urn: owner, text });
  }

  output(line: string): void {
    this.report.add({ severity: "output", urn: this.#options.stackUrn, text: line });
  }

  /** Prints what comes at the end of a run. */
  finish({ outputs, seconds }: Ending): void {
    this.#printDiagnostics();
    if (outputs !== undefined && !this.#options.suppressOutputs) this.#printOutputs(outputs.old, outputs.new);
    const lines = summaryLines(this.report.counts, this.#options.preview);
    if (lines.length > 0) this.#section("Resources:", lines);
    if (!this.#options.preview) this.#options.print(`Duration: ${Math.max(1, Math.round(seconds))}s\n`);
  }

  #printInputs(step: Step): void {
    const { old, new: state } = step;
    if (isDefaultProvider(step) || step.op === "create-replacement" || step.op === "delete-replaced") return;
    const only = old === undefined ? state : state === undefined ? old : undefined;
    if (this.#options.diff && only !== undefined) {
      for (const line of propertyLines(only.inputs, "        ")) this.#options.print(line);
    }
    if (old === undefined || state === undefined) return;
    const before = step.op === "refresh" ? old.outputs : old.inputs;
    const after = step.op === "refresh" ? state.outputs : state.inputs;
    for (const line of differenceLines(before, after, "      ", false)) this.#options.print(line);
  }

  #printDiagnostics(): void {
    const byUrn = new Map<string, Diagnostic[]>();
    for (const diagnostic of this.report.diagnostics) {
      byUrn.set(diagnostic.urn, [...(byUrn.get(diagnostic.urn) ?? []), diagnostic]);
    }
    if (byUrn.size === 0) return;
    const lines = [...byUrn].flatMap(([urn, diagnostics]) => [
      `  ${shortType(typeOf(urn))} (${nameOf(urn)}):`,
      ...diagnostics.flatMap(diagnosticLines),
      "",
    ]);
    this.#section("Diagnostics:", lines.slice(0, -1));
  }

  #printOutputs(olds: PropertyMap, news: PropertyMap): void {
    if (deepEquals(olds, {}) || deepEquals(olds, news)) {
      if (Object.keys(news).length > 0) this.#section("Outputs:", propertyLines(news, "    "));
      return;
    }
    this.#section("Outputs:", differenceLines(olds, news, "  ", true));
  }

  #section(title: string, lines: readonly string[]): void {
    this.#options.print(`${title}\n${lines.join("\n")}\n`);
  }
}

function isShown(step: Step): boolean {
  return step.op !== "same" && step.result !== "same" && !isDefaultProvider(step);
}

function opLine(step: Step): string {
  return ` ${opTexts[step.result ?? step.op].sign} ${shortType(step.type)} ${nameOf(step.urn)}`;
}

// As the CLI has it: the file of a type goes unsaid when it is named for the type.
function shortType(type: string): string {
  const [, packageName, module, file, name] = /^([^:]+):([^/]+)\/([^:]+):(.+)$/.exec(type) ?? [];
  const isNamedForType =
    file !== undefined && name !== undefined && file.toLowerCase() === name.toLowerCase();
  return isNamedForType ? `${packageName}:${module}:${name}` : type;
}

// Which inputs differ, as ` [diff: +added-removed~changed]`.
function changeSuffix({ old, new: state, diff, op }: Step): string {
  if (old === undefined || state === undefined || op === "same") return "";
  const before = op === "refresh" ? old.outputs : old.inputs;
  const after = op === "refresh" ? state.outputs : state.inputs;
  const inputs = new Map([...changedKeys(before, after)].filter(([key]) => !isInternalKey(key)));
  // A provider may replace for a reason that no input shows: its own word for it is then all there is.
  for (const key of diff?.replaceKeys ?? []) if (!inputs.has(key)) inputs.set(key, "update");
  const groups = (
    [
      ["add", "+"],
      ["delete", "-"],
      ["update", "~"],
    ] as const
  ).map(([change, sign]) => {
    const names = [...inputs].filter(([, found]) => found === change).map(([key]) => key);
    return names.length === 0 ? "" : sign + names.sort().join(",");
  });
  return inputs.size === 0 ? "" : ` [diff: ${groups.join("")}]`;
}

function diagnosticLines({ severity, text }: Diagnostic): string[] {
  const label = severity === "output" ? "" : `${severity}: `;
  return `${label}${text.trimEnd()}`.split("\n").map((line) => `    ${line}`);
}
