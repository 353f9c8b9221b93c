import { PartialFailure } from "../provider/errors.ts";
import type { Properties } from "../provider/kinds/kind.ts";
import type { Lifecycle } from "../provider/lifecycle/contract.ts";
import { loadLifecycle } from "../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../provider/session.ts";
import type { World } from "./world.ts";

/** A resource as an engine's state holds it. */
export interface Stored {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What one run of the engine did. */
export interface Run {
  readonly did: "create" | "replace" | "update" | "nothing" | "refuse";
  /** The properties that the preview names as the reason. */
  readonly because: readonly string[];
  /** The requests that the run sent. */
  readonly operations: readonly string[];
  readonly warnings: readonly string[];
  readonly error?: Error;
}

/** "project/stack/name", where a test needs no other. */
export const OWNER = "project/stack/uploads";

/** A stack of one resource, run as an engine runs it; every run is a process of its own. */
export class Stack {
  /** The way into the lifecycle: tests have another one, too. */
  static load: (type: string, session: Session) => Promise<Lifecycle> = loadLifecycle;

  readonly world: World;
  readonly type: string;
  readonly owner: string;
  stored: Stored | undefined;
  /** Resources that were replaced, and are still to be deleted. */
  pending: Stored[] = [];

  constructor(world: World, type: string, owner = OWNER) {
    this.world = world;
    this.type = type;
    this.owner = owner;
  }

  /** An `up`. */
  async run(news: Properties): Promise<Run> {
    const lifecycle = await this.#load();
    return this.#recorded(async (note) => {
      const inputs = await checked(lifecycle, this.stored?.inputs ?? {}, { owner: this.owner, ...news });
      const { stored } = this;
      const difference = stored && (await lifecycle.diff(stored.id, stored.outputs, inputs));
      if (!stored || !difference) {
        note("create", []);
        await this.#create(lifecycle, inputs);
      } else if (difference.replaces.length > 0) {
        note("replace", difference.replaces);
        await this.#create(lifecycle, await checked(lifecycle, {}, { owner: this.owner, ...news }), stored);
      } else if (difference.updates.length > 0) {
        note("update", difference.updates);
        await this.#update(lifecycle, stored, inputs);
      } else {
        note("nothing", []);
        this.stored = { ...stored, inputs };
      }
      await this.#deletePending(lifecycle);
    });
  }

  async refresh(): Promise<Run> {
    const lifecycle = await this.#load();
    return this.#recorded(async () => {
      if (!this.stored) return;
      const found = await lifecycle.read(this.stored.id, this.stored.outputs);
      this.stored = found && {
        id: this.stored.id,
        inputs: stateOf(found.inputs ?? this.stored.inputs),
        outputs: stateOf(found.outputs),
      };
    });
  }

  async destroy(): Promise<Run> {
    const lifecycle = await this.#load();
    return this.#recorded(async () => {
      await this.#deletePending(lifecycle);
      if (this.stored) await lifecycle.delete(this.stored.id, this.stored.outputs);
      this.stored = undefined;
    });
  }

  #load(): Promise<Lifecycle> {
    return Stack.load(this.type, new Session(this.world.ports));
  }

  async #recorded(
    work: (note: (did: Run["did"], because: readonly string[]) => void) => Promise<void>,
  ): Promise<Run> {
    const { iam, warnings } = this.world;
    const [firstRequest, firstWarning] = [iam.requests.length, warnings.length];
    let done: Pick<Run, "did" | "because"> = { did: "refuse", because: [] };
    let failure: { error?: Error } = {};
    try {
      await work((did, because) => {
        done = { did, because };
      });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failure = { error };
    }
    return {
      ...done,
      ...failure,
      operations: iam.requests.slice(firstRequest).map(({ operation }) => operation),
      warnings: warnings.slice(firstWarning),
    };
  }

  async #create(lifecycle: Lifecycle, inputs: Properties, replaced?: Stored): Promise<void> {
    const become = (id: string, outputs: Properties) => {
      this.stored = { id, inputs: stateOf(inputs), outputs: stateOf(outputs) };
      if (replaced) this.pending.push(replaced);
    };
    try {
      const { id, outputs } = await lifecycle.create(inputs);
      become(id, outputs);
    } catch (error) {
      if (error instanceof PartialFailure) become(error.id, error.properties);
      throw error;
    }
  }

  async #update(lifecycle: Lifecycle, { id, outputs }: Stored, inputs: Properties): Promise<void> {
    const become = (updated: Properties) => {
      this.stored = { id, inputs: stateOf(inputs), outputs: stateOf(updated) };
    };
    try {
      become(await lifecycle.update(id, outputs, inputs));
    } catch (error) {
      if (error instanceof PartialFailure) become(error.properties);
      throw error;
    }
  }

  async #deletePending(lifecycle: Lifecycle): Promise<void> {
    for (const { id, outputs } of [...this.pending]) {
      await lifecycle.delete(id, outputs);
      this.pending = this.pending.filter((each) => each.id !== id);
    }
  }
}

async function checked(lifecycle: Lifecycle, olds: Properties, news: Properties): Promise<Properties> {
  const { inputs, problems } = await lifecycle.check(olds, news);
  if (problems.length > 0) throw new Error(problems.join("; "));
  return inputs;
}

/** What is left of the properties once a state file has held them. */
export function stateOf(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}
