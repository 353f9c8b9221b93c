import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { OperationType } from "../../../stack/files/deploymentJson.ts";
import { EngineFailure, messageOf } from "../failure.ts";
import { InitializationFailure, isUnanswered, type Made } from "../providers/providerClient.ts";
import { configurationOf } from "../providers/providerRegistry.ts";
import { isProviderType, type ResourceState } from "../state/resourceState.ts";
import type { StateChange } from "../state/snapshotManager.ts";
import { deepEquals } from "../values/propertyValue.ts";
import { unknownString } from "../values/signatures.ts";
import { Limiter } from "./limiter.ts";
import type { PlanRecord } from "./planRecord.ts";
import { RunCancelled, type RunContext } from "./runContext.ts";
import { markSecretOutputs } from "./secretOutputs.ts";
import type { Step } from "./step.ts";

/** Applies planned steps: shows them, asks the provider, and records the result in the state. */
export class StepExecutor {
  readonly #context: RunContext;
  readonly #record: PlanRecord;
  readonly #limiter: Limiter;
  #failed = false;

  constructor(context: RunContext, record: PlanRecord, parallel: number) {
    this.#context = context;
    this.#record = record;
    this.#limiter = new Limiter(parallel);
  }

  /** Whether a step has failed. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Applies the steps of one resource one after the other. */
  async applyAll(steps: readonly Step[]): Promise<void> {
    await this.#limiter.run(async () => {
      for (const step of steps) await this.#apply(step);
    });
  }

  async #apply(step: Step): Promise<void> {
    if (this.#context.cancellation.cancelled) throw new RunCancelled();
    this.#context.events.stepStarted(step);
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    const operation = operationOf(step);
    const pending = step.new ?? step.old;
    try {
      if (operation !== undefined && pending !== undefined)
        await this.#context.snapshot?.begin(pending, operation);
      await this.#act(step).catch(async (error: unknown) => {
        const kept = error instanceof InitializationFailure;
        if (kept && step.new !== undefined) {
          markSecretOutputs(step.new);
          // The next run is to see what this one did not come to.
          if (step.op === "update") step.new.inputs = { ...definitely(step.old).inputs };
        }
        // A create that was not answered may have made something: it stays in the state as pending.
        if (!(operation === "creating" && isUnanswered(error))) await this.#recordInState(step, kept);
        throw error;
      });
      if (step.new !== undefined && step.op !== "replace") markSecretOutputs(step.new);
      await this.#recordInState(step, true);
    } catch (error) {
      this.#failed = true;
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#context.events.stepEnded(step, seconds(), failure);
      for (const text of failureTexts(failure)) this.#context.events.message("error", step.urn, text);
      this.#context.cancellation.cancel();
      throw failure;
    }
    this.#context.events.stepEnded(step, seconds(), undefined);
  }

  async #act(step: Step): Promise<void> {
    switch (step.op) {
      case "create":
      case "create-replacement":
        return await this.#create(step, definitely(step.new));
      case "update":
        return await this.#update(definitely(step.old), definitely(step.new));
      case "same":
        return this.#keep(definitely(step.old), definitely(step.new));
      case "delete":
      case "delete-replaced":
        return await this.#delete(step, definitely(step.old));
      default:
        return;
    }
  }

  async #create(step: Step, state: ResourceState): Promise<void> {
    const now = new Date().toISOString();
    if (isProviderType(state.type)) {
      state.id = this.#context.preview ? unknownString : randomUUID();
      state.outputs = configurationOf(state.inputs);
      this.#context.providers.configure(state, state.id, state.inputs);
    } else if (state.custom) {
      const provider = await this.#context.providers.get(state.provider);
      const timeout = state.customTimeouts.create ?? 0;
      await this.#take(
        state,
        provider.create(state.urn, state.inputs, timeout, this.#context.preview),
        () => {
          this.#markReplaced(step);
          state.created = now;
          state.modified = now;
        },
      );
      return;
    }
    this.#markReplaced(step);
    state.created = now;
    state.modified = now;
  }

  async #update(old: ResourceState, state: ResourceState): Promise<void> {
    state.id = old.id;
    const now = new Date().toISOString();
    if (isProviderType(state.type)) {
      state.outputs = configurationOf(state.inputs);
      state.modified = now;
      this.#context.providers.configure(state, state.id, state.inputs);
    } else if (state.custom) {
      const provider = await this.#context.providers.get(state.provider);
      const options = {
        timeout: state.customTimeouts.update ?? 0,
        preview: this.#context.preview,
        ignoreChanges: state.ignoreChanges,
      };
      await this.#take(state, provider.update(state.urn, old.id, old, state.inputs, options), () => {
        state.id = old.id;
        state.modified = now;
      });
    }
  }

  /** Takes over what the provider made, also when it could not finish. */
  async #take(state: ResourceState, made: Promise<Made>, then: () => void): Promise<void> {
    try {
      const { id, outputs } = await made;
      state.id = id;
      state.outputs = outputs;
    } catch (error) {
      if (!(error instanceof InitializationFailure)) throw error;
      state.id = error.id;
      state.outputs = error.outputs;
      state.initErrors = error.reasons;
      then();
      throw error;
    }
    then();
  }

  #markReplaced(step: Step): void {
    if (step.op === "create-replacement" && step.pending && step.old !== undefined) step.old.delete = true;
  }

  #keep(old: ResourceState, state: ResourceState): void {
    state.id = old.id;
    state.outputs = { ...old.outputs };
    if (isProviderType(state.type)) this.#context.providers.configure(state, state.id, old.inputs);
  }

  async #delete(step: Step, old: ResourceState): Promise<void> {
    if (step.op === "delete" && old.protect) {
      throw new EngineFailure(
        `resource "${old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove ` +
          "the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n" +
          `\`pulumi state unprotect '${old.urn}'\``,
      );
    }
    const deletedWithOther = old.deletedWith !== "" && this.#record.deletes.has(old.deletedWith);
    const ownsNothing = !old.custom || isProviderType(old.type) || old.retainOnDelete || deletedWithOther;
    if (!this.#context.preview && !ownsNothing) {
      const provider = await this.#context.providers.get(old.provider);
      await provider.delete(old.urn, old.id, old, old.customTimeouts.delete ?? 0);
    }
    // Only now: a delete that failed is to be tried again.
    if (step.pending) old.pendingReplacement = true;
  }

  async #recordInState(step: Step, successful: boolean): Promise<void> {
    const { snapshot } = this.#context;
    if (snapshot === undefined || step.op === "replace") return;
    if (step.op === "same") {
      const [removed, added] = [definitely(step.old), definitely(step.new)];
      if (isStoredAlike(removed, added)) snapshot.keep(removed, added);
      else await snapshot.record({ removed, added });
      return;
    }
    await snapshot.end(definitely(step.new ?? step.old), successful ? changeOf(step) : {});
  }
}

function changeOf(step: Step): StateChange {
  const { old, new: added } = step;
  switch (step.op) {
    case "create-replacement": {
      // Deleted before, or to be deleted at the end: then it is marked by now.
      const left = old && (old.pendingReplacement ? { removed: old } : { changed: old });
      return { ...(added && { added }), ...left };
    }
    case "delete":
    case "delete-replaced":
      return old === undefined ? {} : old.pendingReplacement ? { changed: old } : { removed: old };
    default:
      return { ...(old && { removed: old }), ...(added && { added }) };
  }
}

function operationOf(step: Step): OperationType | undefined {
  switch (step.op) {
    case "create":
    case "create-replacement":
      return "creating";
    case "update":
      return "updating";
    case "delete":
    case "delete-replaced":
      return "deleting";
    default:
      return undefined;
  }
}

function isStoredAlike(old: ResourceState, state: ResourceState): boolean {
  const { inputs: oldInputs, outputs: oldOutputs, ...oldRest } = old;
  const { inputs, outputs, ...rest } = state;
  return (
    deepEquals(oldInputs, inputs) &&
    deepEquals(oldOutputs, outputs) &&
    isDeepStrictEqual(oldRest, { ...rest, initErrors: old.initErrors, other: old.other })
  );
}

function failureTexts(failure: Error): readonly string[] {
  if (failure instanceof InitializationFailure && failure.reasons.length > 0) return failure.reasons;
  return [messageOf(failure)];
}

function definitely<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the step lacks a state");
  return value;
}
