import { nameOf } from "../../../stack/files/urn.ts";
import { EngineFailure } from "../failure.ts";
import type { CheckFailure, Diff, ProviderClient } from "../providers/providerClient.ts";
import { configurationOf, providerInternals } from "../providers/providerRegistry.ts";
import {
  isProviderType,
  parseReference,
  type ResourceState,
  requirementsOf,
  stackType,
  typeOf,
} from "../state/resourceState.ts";
import { deepEquals, type PropertyMap, withoutUnknowns } from "../values/propertyValue.ts";
import { type Alias, formerUrns } from "./aliases.ts";
import { dependentReplacements } from "./dependentReplacements.ts";
import { PlanRecord } from "./planRecord.ts";
import { applyReplaceOnChanges, diffInputs, diffResource, withIgnoredChanges } from "./resourceDiff.ts";
import type { RunContext } from "./runContext.ts";
import { asksForReplacement, engineDiff, makeStep, type Step } from "./step.ts";

/** A resource as the program wants it. */
export interface Goal {
  /** The state it is to have; its inputs are what the program gave. */
  readonly state: ResourceState;
  /** Overrides the provider's own choice. */
  readonly deleteBeforeReplace: boolean | undefined;
  /** What it was called before, by the program's own account. */
  readonly aliases: readonly Alias[];
}

/** Decides, one registration at a time, what has to be done to get from the state to the program. */
export class Planner {
  readonly record: PlanRecord;
  readonly #context: RunContext;
  #refusedInPreview = false;

  constructor(context: RunContext) {
    this.#context = context;
    this.record = new PlanRecord(context.previous);
  }

  /** Whether a preview showed something that an update would refuse to do. */
  get refusedInPreview(): boolean {
    return this.#refusedInPreview;
  }

  /** The steps for one registered resource, to be applied in this order. */
  async plan(goal: Goal): Promise<Step[]> {
    this.#refuseSecondRegistration(goal.state);
    const steps = isProviderType(goal.state.type)
      ? await this.#planProvider(goal)
      : await this.#planResource(goal);
    if (steps.length > 0) this.#refuseSkippedRequirements(goal.state);
    return steps;
  }

  async #planResource(goal: Goal): Promise<Step[]> {
    const { state } = goal;
    const { old, conflict } = this.#findOld(goal);
    const recreating = this.record.deletes.has(state.urn);
    const isTargeted = this.#isTargeted(state);
    if (!isTargeted && !(recreating && old !== undefined)) return this.#planUntargeted(state, old);
    const provider = state.custom ? await this.#context.providers.get(state.provider) : undefined;
    const goalInputs = state.inputs;
    if (old !== undefined) {
      state.created = old.created;
      state.modified = old.modified;
      // What goes because of another one, and is no target itself, is made again as it was.
      state.inputs = isTargeted ? this.#withIgnoredChanges(state, old) : { ...old.inputs };
    }
    if (isTargeted && provider !== undefined) {
      const fresh = recreating || old === undefined;
      state.inputs = await this.#check(
        provider,
        state.urn,
        fresh ? {} : old.inputs,
        fresh ? goalInputs : state.inputs,
      );
    }
    if (conflict !== undefined) throw new EngineFailure(conflict);
    if (recreating && old !== undefined) {
      this.record.deletes.delete(state.urn);
      this.record.replaces.add(state.urn);
      const diff = engineDiff({ replaceKeys: this.record.dependentReplaceKeys.get(state.urn) ?? [] });
      return [
        makeStep("replace", { old, new: state, diff }),
        makeStep("create-replacement", { old, new: state, diff }),
      ];
    }
    if (old === undefined) {
      this.record.creates.add(state.urn);
      return [makeStep("create", { new: state })];
    }
    const diff = applyReplaceOnChanges(
      await this.#diff(provider, old, state),
      state.replaceOnChanges,
      old.initErrors.length > 0,
    );
    return await this.#planChange(goal, old, diff, provider, goalInputs);
  }

  async #planChange(
    goal: Goal,
    old: ResourceState,
    diff: Diff,
    provider: ProviderClient | undefined,
    goalInputs: PropertyMap,
  ): Promise<Step[]> {
    const { state } = goal;
    if (old.pendingReplacement || (diff.changes === "some" && asksForReplacement(diff))) {
      this.#refuseReplacingProtected(old, state);
      this.record.replaces.add(state.urn);
      // What check carried over from the old resource does not hold for a new one.
      if (provider !== undefined) state.inputs = await this.#check(provider, state.urn, {}, goalInputs);
      return await this.#planReplacement(goal, old, diff);
    }
    if (diff.changes === "some" || old.initErrors.length > 0) {
      this.record.updates.add(state.urn);
      return [makeStep("update", { old, new: state, diff })];
    }
    this.record.sames.add(state.urn);
    return [makeStep("same", { old, new: state })];
  }

  async #planReplacement(goal: Goal, old: ResourceState, diff: Diff): Promise<Step[]> {
    const { state } = goal;
    if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace)) {
      return [
        makeStep("create-replacement", { old, new: state, diff, pending: true }),
        makeStep("replace", { old, new: state, diff }),
      ];
    }
    const deletes: Step[] = [];
    for (const { dependent, keys } of (
      await dependentReplacements(this.#context, this.record, old)
    ).reverse()) {
      if (this.record.pendingDeletes.has(dependent)) continue;
      if (dependent.protect) this.#refuseProtectedDependent(dependent, state.urn);
      this.record.dependentReplaceKeys.set(dependent.urn, keys);
      deletes.push(
        dependent.delete
          ? makeStep("delete", { old: dependent })
          : makeStep("delete-replaced", { old: dependent, pending: true }),
      );
      this.record.deletes.add(dependent.urn);
      this.record.pendingDeletes.add(dependent);
    }
    if (!old.pendingReplacement) {
      this.record.deletes.add(old.urn);
      deletes.push(makeStep("delete-replaced", { old, pending: true }));
    }
    return [
      ...deletes,
      makeStep("replace", { old, new: state, diff }),
      makeStep("create-replacement", { old, new: state, diff }),
    ];
  }

  async #planProvider({ state }: Goal): Promise<Step[]> {
    const old = this.record.oldOf(state.urn);
    const client = await this.#context.providers.unconfigured(state.urn, state.type);
    const { [providerInternals]: internals } = state.inputs;
    const olds = configurationOf(old?.inputs ?? {});
    state.inputs = {
      ...(internals === undefined ? {} : { [providerInternals]: internals }),
      ...(await client.checkConfig(state.urn, olds, configurationOf(state.inputs))),
    };
    if (old === undefined) {
      this.record.creates.add(state.urn);
      return [makeStep("create", { new: state })];
    }
    state.created = old.created;
    state.modified = old.modified;
    if (diffInputs(old.inputs, state.inputs).changes === "none") {
      this.record.sames.add(state.urn);
      return [makeStep("same", { old, new: state })];
    }
    this.record.updates.add(state.urn);
    return [makeStep("update", { old, new: state })];
  }

  async #diff(provider: ProviderClient | undefined, old: ResourceState, state: ResourceState): Promise<Diff> {
    if (state.deletedWith !== "" && this.record.replaces.has(state.deletedWith)) {
      return engineDiff({ replaceKeys: ["deletedWith"] });
    }
    if (isOtherProvider(old, state)) return engineDiff({ replaceKeys: ["provider"] });
    if (provider === undefined) {
      return engineDiff({ changes: deepEquals(old.inputs, state.inputs) ? "none" : "some" });
    }
    return await diffResource(provider, state.urn, old, state.inputs, state.ignoreChanges);
  }

  async #check(
    provider: ProviderClient,
    urn: string,
    olds: PropertyMap,
    news: PropertyMap,
  ): Promise<PropertyMap> {
    const known = this.#context.preview ? news : withoutUnknowns(news);
    const { inputs, failures } = await provider.check(urn, olds, known);
    if (failures.length > 0) throw new CheckRefused(urn, failures);
    return inputs;
  }

  #isTargeted(state: ResourceState): boolean {
    const { targets } = this.#context;
    if (targets === undefined || state.type === stackType) return true;
    const included = targets.includes(state, this.record.targeted);
    if (included) this.record.targeted.add(state.urn);
    return included;
  }

  // What the run is not to touch stays as it was, and so does everything it needs; what is not there is not created.
  #planUntargeted(state: ResourceState, old: ResourceState | undefined): Step[] {
    if (old === undefined) {
      this.record.skippedCreates.add(state.urn);
      return [];
    }
    const steps = this.#keepRequirements(old);
    // Under its present URN and, where it was renamed, under the one that it keeps.
    for (const urn of [state.urn, old.urn]) this.record.leave(urn);
    Object.assign(state, old, { id: "" });
    return [...steps, makeStep("same", { old, new: state })];
  }

  // In the state a resource comes after those it needs, also after one that the program does not have any more.
  #keepRequirements(old: ResourceState): Step[] {
    return requirementsOf(old).flatMap((urn) => {
      const required = this.record.oldOf(urn);
      if (required === undefined || this.record.isOperatedOn(urn)) return [];
      this.record.leave(urn);
      return [...this.#keepRequirements(required), makeStep("same", { old: required, new: { ...required } })];
    });
  }

  #refuseSkippedRequirements(state: ResourceState): void {
    const skipped = requirementsOf(state).find((urn) => this.record.skippedCreates.has(urn));
    if (skipped === undefined) return;
    const refusal = new EngineFailure(
      `Resource '${state.urn}' depends on '${skipped}' which was not specified in --target list.`,
    );
    if (!this.#context.preview) throw refusal;
    this.record.skippedCreates.delete(skipped);
    this.#refuseInPreview(state, refusal);
  }

  #refuseInPreview({ urn }: ResourceState, { message }: EngineFailure): void {
    this.#context.events.message("error", urn, message);
    this.#refusedInPreview = true;
  }

  // What the state has under the URN of the resource or, failing that, under one that it had before.
  #findOld({ state, aliases }: Goal): { old: ResourceState | undefined; conflict?: string } {
    const { record } = this;
    const claimant = record.presentUrnOf(state.urn);
    if (claimant !== undefined) {
      const conflict = `Duplicate resource URN '${state.urn}' conflicting with alias on resource with URN '${claimant}'`;
      return { old: record.oldOf(state.urn), conflict };
    }
    const former = formerUrns(state, aliases, (urn) => record.formerUrnOf(urn));
    const found = [state.urn, ...former].find((urn) => record.oldOf(urn) !== undefined);
    if (found === undefined || found === state.urn) return { old: record.oldOf(state.urn) };
    const old = record.oldOf(found);
    const other = record.registered.has(found) ? found : record.presentUrnOf(found);
    if (other !== undefined) {
      const conflict =
        `Duplicate resource alias '${found}' applied to resource with URN '${state.urn}' conflicting with resource ` +
        `with URN '${other}'`;
      return { old, conflict };
    }
    record.rename(found, state.urn);
    state.aliases = [found];
    return { old };
  }

  #withIgnoredChanges(state: ResourceState, old: ResourceState): PropertyMap {
    const { inputs, notFollowed } = withIgnoredChanges(state.inputs, old.inputs, state.ignoreChanges);
    if (notFollowed.length > 0) {
      const paths = JSON.stringify(notFollowed.join(", "));
      const text = `cannot ignore changes in added or removed elements of the path: ${paths}`;
      this.#context.events.message("info", state.urn, text);
    }
    return inputs;
  }

  #refuseSecondRegistration(state: ResourceState): void {
    if (this.record.registered.has(state.urn)) {
      throw new EngineFailure(`Duplicate resource URN '${state.urn}'; try giving it a unique name`);
    }
    this.record.registered.add(state.urn);
  }

  // A preview goes on, to show what there would be to replace, and fails in the end.
  #refuseReplacingProtected(old: ResourceState, state: ResourceState): void {
    if (!old.protect || !state.protect) return;
    const refusal = new EngineFailure(
      `unable to replace resource "${state.urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
        "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
    );
    if (!this.#context.preview) throw refusal;
    this.#refuseInPreview(state, refusal);
  }

  #refuseProtectedDependent(dependent: ResourceState, urn: string): void {
    throw new EngineFailure(
      `unable to replace resource "${dependent.urn}" as part of replacing "${urn}" as it is currently marked for ` +
        "protection. To unprotect the resource, remove the `protect` flag from the resource in your Pulumi program " +
        `and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${dependent.urn}'\``,
    );
  }
}

/** The provider found fault with the inputs of a resource. */
export class CheckRefused extends Error {
  readonly failures: readonly CheckFailure[];

  constructor(urn: string, failures: readonly CheckFailure[]) {
    super(`resource ${urn} is invalid`);
    this.name = "CheckRefused";
    this.failures = failures;
  }

  /** One message a failure, as the CLI words them. */
  messages(urn: string): string[] {
    const owner = `${typeOf(urn)} resource '${nameOf(urn)}'`;
    return this.failures.map(({ property, reason }) =>
      property === ""
        ? `${owner} has a problem: ${reason}`
        : `${owner}: property ${property} has a problem: ${reason}`,
    );
  }
}

// Another version of a default provider goes on managing what the one before it made.
function isOtherProvider(old: ResourceState, state: ResourceState): boolean {
  if (old.provider === state.provider) return false;
  if (old.provider === "" || state.provider === "") return true;
  return typeOf(parseReference(old.provider).urn) !== typeOf(parseReference(state.provider).urn);
}
