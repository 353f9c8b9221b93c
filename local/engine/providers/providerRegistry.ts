import { EngineFailure } from "../failure.ts";
import {
  makeReference,
  packageOfProviderType,
  parseReference,
  type ResourceState,
} from "../state/resourceState.ts";
import type { PropertyMap } from "../values/propertyValue.ts";
import { type PluginContext, startPlugin } from "./pluginProcess.ts";
import type { ProviderClient } from "./providerClient.ts";

/** Among the inputs of a provider, what is meant for the engine. */
export const providerInternals = "__internal";

/** The configuration of a provider as the provider itself is to see it. */
export function configurationOf(inputs: PropertyMap): PropertyMap {
  const { [providerInternals]: _, ...configuration } = inputs;
  return configuration;
}

/** The provider processes of a run, one for each provider resource that is used. */
export class ProviderRegistry {
  readonly #context: PluginContext;
  readonly #olds: readonly ResourceState[];
  readonly #clients = new Map<string, Promise<ProviderClient>>();
  readonly #unconfigured = new Map<string, Promise<ProviderClient>>();

  constructor(context: PluginContext, olds: readonly ResourceState[]) {
    this.#context = context;
    this.#olds = olds;
  }

  /** A process of the package that has no configuration yet; `configure` for the same URN takes it over. */
  unconfigured(urn: string, type: string): Promise<ProviderClient> {
    const known = this.#unconfigured.get(urn);
    if (known !== undefined) return known;
    const started = startPlugin(packageOfProviderType(type), this.#context);
    this.#unconfigured.set(urn, started);
    return started;
  }

  /** Starts the process of a provider that is likely to be used; whoever then uses it is told of a failure. */
  warmUp(state: ResourceState): void {
    this.unconfigured(state.urn, state.type).catch(() => {});
  }

  /** Makes a provider resource usable with the given configuration. */
  configure(state: ResourceState, id: string, inputs: PropertyMap): void {
    const configured = this.unconfigured(state.urn, state.type).then(async (client) => {
      await client.configure(state.urn, id, configurationOf(inputs));
      return client;
    });
    // Whoever uses the provider is told of its failure; nobody may.
    configured.catch(() => {});
    this.#unconfigured.delete(state.urn);
    this.#clients.set(makeReference(state.urn, id), configured);
  }

  /** The provider that a resource refers to, started with the configuration in the state if it was not registered. */
  async get(reference: string): Promise<ProviderClient> {
    const known = this.#clients.get(reference);
    if (known !== undefined) return await known;
    const { urn, id } = parseReference(reference);
    const old = this.#olds.find((state) => state.urn === urn && state.id === id);
    if (old === undefined) throw new EngineFailure(`unknown provider '${reference}': it is not in the state`);
    this.configure(old, id, old.inputs);
    return await this.get(reference);
  }

  /** Tells the providers that the user wants the run to end. */
  async cancel(): Promise<void> {
    await Promise.all((await this.#started()).map((client) => client.cancel()));
  }

  async close(): Promise<void> {
    for (const client of await this.#started()) client.close();
  }

  async #started(): Promise<ProviderClient[]> {
    const clients = await Promise.allSettled([...this.#clients.values(), ...this.#unconfigured.values()]);
    return clients.flatMap((client) => (client.status === "fulfilled" ? client.value : []));
  }
}
