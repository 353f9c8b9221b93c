import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PROBE = fileURLToPath(new URL("./processProbe.cjs", import.meta.url));

/** What a process took. */
export interface Usage {
  /** Of processor time. */
  readonly seconds: number;
  /** The most that it had at any time, in bytes. */
  readonly memory: number;
  /** The longest time for which its event loop stood still, in milliseconds; absent where nobody watched. */
  readonly block?: number;
  /** The longest garbage collection of V8, which is part of the blocks. */
  readonly collection?: number;
}

/** What the processes of a run took. */
export interface RunUsage {
  /** An engine that kills it leaves it no time to say so; the Pulumi CLI does not. */
  readonly provider: Usage | undefined;
  /** A refresh and a destroy run none. */
  readonly program: Usage | undefined;
}

/** The SDK's runner of programs; the SDK's dynamic provider, or a plugin of a bundle. */
const PROGRAM = /\bcmd\/run\b/;
const PROVIDER = /\bcmd\/dynamic-provider\b|\bmain\.js$/;

/** A folder in which the Node.js processes of a run leave what they took. */
export class UsageFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What the environment of the processes has to have. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--require=${JSON.stringify(PROBE)}`, BENCH_USAGE: this.#folder };
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
  }

  /** What the processes took that have ended since it was cleared. */
  async left(): Promise<RunUsage> {
    const files = await readdir(this.#folder);
    const all: (Usage & { readonly main: string })[] = await Promise.all(
      files.map(async (file) => JSON.parse(await readFile(path.join(this.#folder, file), "utf8"))),
    );
    const [provider, ...others] = all.filter(({ main }) => PROVIDER.test(main));
    if (others.length > 0) throw new Error("more than one provider said what it took");
    return { provider, program: all.find(({ main }) => PROGRAM.test(main)) };
  }
}
