import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import { EngineFailure, messageOf } from "../failure.ts";
import { dynamicPackage } from "../providers/pluginProcess.ts";
import { providerInternals } from "../providers/providerRegistry.ts";
import {
  type CustomTimeouts,
  makeReference,
  makeUrn,
  newState,
  packageOfType,
  providerTypeOf,
  type ResourceState,
  stackType,
  typeOf,
} from "../state/resourceState.ts";
import { deepEquals, type PropertyMap, Secret, withoutUnknowns } from "../values/propertyValue.ts";
import type { Alias } from "./aliases.ts";
import { Limiter } from "./limiter.ts";
import { CheckRefused, type Goal, type Planner } from "./planner.ts";
import { RunCancelled, type RunContext } from "./runContext.ts";
import type { StepExecutor } from "./stepExecutor.ts";

/** A resource as the program registers it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  readonly deleteBeforeReplace: boolean | undefined;
  readonly version: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly deletedWith: string;
  readonly customTimeouts: CustomTimeouts;
  readonly aliases: readonly Alias[];
}

/** Takes the program's registrations: planned one at a time, applied in parallel. */
export class Registrar {
  readonly #context: RunContext;
  readonly #planner: Planner;
  readonly #executor: StepExecutor;
  readonly #config: ReadonlyMap<string, ConfigValue>;
  readonly #planning = new Limiter(1);
  readonly #defaultProviders = new Map<string, Promise<ResourceState>>();
  readonly #registered = new Map<string, ResourceState>();
  readonly #underWay = new Set<Promise<unknown>>();
  #stackOutputs: PropertyMap | undefined;
  #failed = false;

  constructor(
    context: RunContext,
    planner: Planner,
    executor: StepExecutor,
    config: ReadonlyMap<string, ConfigValue>,
  ) {
    this.#context = context;
    this.#planner = planner;
    this.#executor = executor;
    this.#config = config;
  }

  /** Whether a registration was refused or could not be carried out. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Brings the resource into the wanted state; resolves to that state. */
  async register(registration: Registration): Promise<ResourceState> {
    return await this.#track(this.#register(registration));
  }

  /** Whether the resource is none of those that the run is confined to, and so was not created. */
  isSkipped(state: ResourceState): boolean {
    return this.#planner.record.skippedCreates.has(state.urn);
  }

  /** Takes the outputs of a component, or of the stack; the stack's are kept for the end of the run. */
  async registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    if (this.#context.cancellation.cancelled) throw new RunCancelled();
    const state = this.#registered.get(urn);
    if (state === undefined) throw new EngineFailure(`outputs for ${urn}, which is not registered`);
    const known = this.#context.preview ? outputs : withoutUnknowns(outputs);
    if (state.type === stackType) {
      this.#stackOutputs = known;
      return;
    }
    if (deepEquals(state.outputs, known)) return;
    state.outputs = known;
    await this.#context.snapshot?.record({ changed: state });
  }

  /** Counts a call that the engine refuses as a failure of the run, even if the program catches the error. */
  refuse(error: Error): Error {
    this.#fail("", error);
    return error;
  }

  /** Resolves when nothing that was begun is still under way. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
  }

  /**
   * Puts the outputs of the stack in place: those of the program, and, when the run failed, the old ones which the
   * program did not come to. Returns the old and the new ones.
   */
  finishStack(failed: boolean): { old: PropertyMap; new: PropertyMap } | undefined {
    const state = [...this.#registered.values()].find(({ type }) => type === stackType);
    if (state === undefined) return undefined;
    const old = this.#planner.record.oldOf(state.urn)?.outputs ?? {};
    if (this.#stackOutputs !== undefined)
      state.outputs = failed ? { ...old, ...this.#stackOutputs } : this.#stackOutputs;
    return { old, new: state.outputs };
  }

  async #register(registration: Registration): Promise<ResourceState> {
    if (this.#context.cancellation.cancelled) throw new RunCancelled();
    const { project, stack } = this.#context;
    const { name, type, custom, version, deleteBeforeReplace, protect, retainOnDelete, aliases, ...same } =
      registration;
    const parent = registration.parent === "" && type !== stackType ? this.#stackUrn() : registration.parent;
    const urn = makeUrn(stack, project, parent, type, name);
    const provider = custom ? await this.#defaultProvider(packageOfType(type), version, urn) : undefined;
    const parentState = this.#registered.get(parent);
    const state = newState({
      ...same,
      urn,
      type,
      custom,
      parent,
      protect: protect ?? parentState?.protect ?? false,
      retainOnDelete: retainOnDelete ?? parentState?.retainOnDelete ?? false,
      deletedWith: registration.deletedWith || (parentState?.deletedWith ?? ""),
      provider: provider === undefined ? "" : makeReference(provider.urn, provider.id),
    });
    return await this.#carryOut({ state, deleteBeforeReplace, aliases });
  }

  #defaultProvider(packageName: string, version: string, urn: string): Promise<ResourceState> {
    // The provider of a program's own resources is the SDK itself: its version is that of the program.
    const suffix =
      packageName === dynamicPackage || version === "" ? "" : `_${version.replaceAll(/[^A-Za-z0-9-]/g, "_")}`;
    const name = `default${suffix}`;
    const key = `${packageName}/${name}`;
    const known = this.#defaultProviders.get(key);
    if (known !== undefined) return known;
    const type = providerTypeOf(packageName);
    const state = newState({
      urn: makeUrn(this.#context.stack, this.#context.project, "", type, name),
      type,
      custom: true,
      inputs: this.#providerInputs(packageName, suffix === "" ? "" : version),
    });
    const registered = this.#carryOut({ state, deleteBeforeReplace: undefined, aliases: [] }, urn);
    this.#defaultProviders.set(key, registered);
    return registered;
  }

  #providerInputs(packageName: string, version: string): PropertyMap {
    const inputs: PropertyMap = {};
    for (const [key, { value, secret }] of this.#config) {
      const input = secret ? new Secret(value) : value;
      if (packageName === dynamicPackage) inputs[key] = input;
      else if (key.startsWith(`${packageName}:`)) inputs[key.slice(packageName.length + 1)] = input;
    }
    return version === "" ? inputs : { [providerInternals]: {}, ...inputs, version };
  }

  async #carryOut(goal: Goal, shownAs = goal.state.urn): Promise<ResourceState> {
    const { state } = goal;
    const steps = await this.#planning.run(async () => {
      if (this.#context.cancellation.cancelled) throw new RunCancelled();
      try {
        return await this.#planner.plan(goal);
      } catch (error) {
        this.#fail(shownAs, error);
        throw new RunCancelled();
      }
    });
    try {
      await this.#executor.applyAll(steps);
    } catch {
      // The executor has shown the failure; the program is only to stop.
      this.#failed = true;
      throw new RunCancelled();
    }
    this.#registered.set(state.urn, state);
    return state;
  }

  #fail(urn: string, error: unknown): void {
    this.#failed = true;
    const texts = error instanceof CheckRefused ? error.messages(urn) : [messageOf(error)];
    if (!(error instanceof RunCancelled)) {
      for (const text of texts) this.#context.events.message("error", urn, text);
    }
    this.#context.cancellation.cancel();
  }

  #stackUrn(): string {
    return [...this.#registered.keys()].find((urn) => typeOf(urn) === stackType) ?? "";
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }
}
