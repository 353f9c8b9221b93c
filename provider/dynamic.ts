import "./supportedNode.ts";
import type * as pulumi from "@pulumi/pulumi";
import { PartialFailure } from "./errors.ts";
import { guarded } from "./guarded.ts";
import type { Properties } from "./kinds/kind.ts";
import type { Lifecycle } from "./lifecycle/contract.ts";
import type { DerivedOutputs } from "./lifecycle/derivedOutputs.ts";
import { loadDerivedOutputs, loadLifecycle } from "./lifecycle/loadLifecycle.ts";
import { SystemPorts } from "./ports.ts";
import { Session } from "./session.ts";

type DynamicProvider = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

/**
 * One session a process, so that all kinds share the caller's token. The engine starts one provider process
 * for one run of one stack: its configuration is the same whichever kind is configured first.
 */
let session: Session | undefined;

/**
 * Front door 1: what the dynamic-provider process of @pulumi/pulumi calls for a resource of this kind. The
 * source text that `sdk/stub.ts` puts into the state names this function, and nothing else of the package.
 */
export function handler(type: string): DynamicProvider {
  let lifecycle: Promise<Lifecycle> | undefined;
  let derived: Promise<DerivedOutputs> | undefined;
  /** The outputs without those that only the plugin has: the plugin may have managed the resource before. */
  const own = async (outputs: Properties) => {
    derived ??= loadDerivedOutputs(type);
    return (await derived).without(withoutProvider(outputs));
  };
  const loaded = async () => {
    if (!session) throw new Error("the engine used the provider without configuring it");
    lifecycle ??= loadLifecycle(type, session);
    return lifecycle;
  };

  return {
    // No await here: the process lets a second call in before the first `configure` has finished.
    configure: async ({ config }) => {
      session ??= new Session(new SystemPorts((name) => config.get(name)));
    },

    check: (olds, news) =>
      guarded(async () => {
        const { inputs, problems } = await (await loaded()).check(olds, news);
        // The engine prints the value of a property that a failure names, even of a secret: so the reason names the
        // property instead.
        return { inputs, failures: problems.map((reason) => ({ property: "", reason })) };
      }),

    diff: (id, olds, news) =>
      guarded(async () => {
        const { replaces, updates } = await (await loaded()).diff(id, await own(olds), withoutProvider(news));
        // Without it in the state, nothing but a run of the program could be done with the resource.
        const isNew = news.__provider !== undefined && olds.__provider === undefined;
        return { changes: isNew || replaces.length + updates.length > 0, replaces: [...replaces] };
      }),

    create: (inputs) =>
      guarded(() =>
        keepingProvider(inputs, async () => {
          const { id, outputs } = await (await loaded()).create(withoutProvider(inputs));
          return { id, outs: outputs };
        }),
      ),

    read: (id, props = {}) =>
      guarded(async () => {
        const found = await (await loaded()).read(id, await own(props));
        // An empty id means that the resource is gone.
        if (!found) return { id: "", props: {} };
        return { id, props: found.outputs, ...(found.inputs ? { inputs: found.inputs } : {}) };
      }),

    update: (id, olds, news) =>
      guarded(() =>
        keepingProvider(news, async () => ({
          outs: await (await loaded()).update(id, await own(olds), withoutProvider(news)),
        })),
      ),

    delete: (id, props) => guarded(async () => (await loaded()).delete(id, await own(props))),
  };
}

function withoutProvider({ __provider: _, ...properties }: Properties): Properties {
  return properties;
}

/**
 * If a resource was left unfinished, the process writes into the state only what the failure holds. Without
 * `__provider`, nothing more could be done to that resource.
 */
async function keepingProvider<Result>(
  { __provider }: Properties,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PartialFailure) error.properties.__provider = __provider;
    throw error;
  }
}
