import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pMap from "p-map";
import {
  type DynamicProvider,
  type Properties,
  startDynamicProvider,
} from "../tests/support/dynamicProvider.ts";
import type { BenchIam } from "./benchIam.ts";
import { type Usage, UsageFolder } from "./usage.ts";

/** What names a provider that does nothing in the state. */
export const EMPTY_PROVIDER =
  'exports.handler=()=>({create:async(inputs)=>({id:"nothing",outs:inputs}),read:async(id,props)=>({id,props})})';

/** How many calls the engine has under way at once. */
const CONCURRENCY = 16;

/** A key as the engine's state has it. */
export interface HeldKey {
  readonly id: string;
  readonly outputs: Properties;
}

/** The dynamic-provider process as the engine starts it, called over gRPC as the engine calls it. */
export class BenchProvider implements AsyncDisposable {
  readonly #provider: DynamicProvider;
  readonly #folder: string;
  readonly #usage: UsageFolder;

  private constructor(provider: DynamicProvider, folder: string, usage: UsageFolder) {
    this.#provider = provider;
    this.#folder = folder;
    this.#usage = usage;
  }

  static async start({ environment }: Pick<BenchIam, "environment">): Promise<BenchProvider> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-bench-"));
    const usage = new UsageFolder(folder);
    const provider = await startDynamicProvider({ environment: { ...environment, ...usage.environment } });
    return new BenchProvider(provider, folder, usage);
  }

  /** Has the inputs of so many keys checked, each with a name of its own beside the `given` ones. */
  async check(__provider: string, count: number, given: Properties): Promise<Properties[]> {
    return pMap(
      Array(count).keys(),
      async (index) => {
        const news = { __provider, owner: `bench/dev/key-${index}`, ...given };
        const { inputs, failures } = await this.#provider.check({}, news);
        if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
        return inputs;
      },
      { concurrency: CONCURRENCY },
    );
  }

  /** Creates a key of each of the inputs. */
  async create(inputs: readonly Properties[]): Promise<HeldKey[]> {
    return pMap(inputs, async (each) => this.#provider.create(each), { concurrency: CONCURRENCY });
  }

  /** Asks for each key what the API says of it now. */
  async refresh(keys: readonly HeldKey[]): Promise<void> {
    await this.#each(keys, async ({ id, outputs }) => void (await this.#provider.read(id, outputs)));
  }

  async delete(keys: readonly HeldKey[]): Promise<void> {
    await this.#each(keys, async ({ id, outputs }) => this.#provider.delete(id, outputs));
  }

  /** From now on it is measured how long the event loop stands still. */
  watchBlocks(): void {
    const { pid } = this.#provider;
    if (pid === undefined) throw new Error("the provider process has no id");
    process.kill(pid, "SIGUSR2");
  }

  /** Ends the process; resolves to what it took. */
  async end(): Promise<Usage> {
    await this.#provider.close();
    const { provider } = await this.#usage.left();
    if (provider === undefined) throw new Error("the provider process did not say what it took");
    return provider;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #each(keys: readonly HeldKey[], work: (key: HeldKey) => Promise<void>): Promise<void> {
    await pMap(keys, work, { concurrency: CONCURRENCY });
  }
}
