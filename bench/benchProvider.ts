import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pMap from "p-map";
import {
  type DynamicProvider,
  type Properties,
  startDynamicProvider,
} from "../tests/support/dynamicProvider.ts";
import type { BenchIam } from "./benchIam.ts";

const PROBE = new URL("./providerProbe.ts", import.meta.url).href;
const BARE_PROVIDER = fileURLToPath(new URL("./bareProvider.ts", import.meta.url));

/** What names a provider that makes bare got calls in the state. */
export const OF_BARE_CALLS = `exports.handler=()=>require(${JSON.stringify(BARE_PROVIDER)}).handler()`;

const STANDSTILLS = "standstills.json";

/** How many calls the engine has under way at once. */
export const CONCURRENCY = 16;

/** A key as the engine's state has it. */
export interface HeldKey {
  readonly id: string;
  readonly outputs: Properties;
}

/** The longest times, in milliseconds, for which an event loop stood still. */
export interface Standstills {
  readonly block: number;
  /** For V8's garbage collection, which is part of the blocks. */
  readonly collection: number;
}

/** The dynamic-provider process as the engine starts it, called over gRPC as the engine calls it. */
export class BenchProvider implements AsyncDisposable {
  readonly #provider: DynamicProvider;
  readonly #folder: string;

  private constructor(provider: DynamicProvider, folder: string) {
    this.#provider = provider;
    this.#folder = folder;
  }

  static async start(iam: BenchIam): Promise<BenchProvider> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-bench-"));
    const environment = {
      ...iam.environment,
      NODE_OPTIONS: `--import=${PROBE}`,
      BENCH_STANDSTILLS: path.join(folder, STANDSTILLS),
    };
    return new BenchProvider(await startDynamicProvider({ environment }), folder);
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
    process.kill(this.#pid, "SIGUSR2");
  }

  /** Ends the process; resolves to what made its event loop stand still since `watchBlocks`. */
  async standstills(): Promise<Standstills> {
    await this.#provider.close();
    return JSON.parse(await readFile(path.join(this.#folder, STANDSTILLS), "utf8"));
  }

  /** The most memory that the process had at any time, in bytes; undefined where the system does not tell. */
  async memory(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.#pid}/status`, "utf8").catch(() => "");
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #pid(): number {
    const { pid } = this.#provider;
    if (pid === undefined) throw new Error("the provider process has no id");
    return pid;
  }

  async #each(keys: readonly HeldKey[], work: (key: HeldKey) => Promise<void>): Promise<void> {
    await pMap(keys, work, { concurrency: CONCURRENCY });
  }
}
