import { FLAT_NAMES } from "../../provider/configuration.ts";
import { loadDerivedOutputs } from "../../provider/lifecycle/loadLifecycle.ts";
import { type DynamicProvider, InitFailure, type Properties, providerOf } from "./dynamicProvider.ts";
import { CallFailed, inTheOpen, NativeProvider, revealed, urnOf } from "./nativeProvider.ts";

/** What tests of kinds ask of a provider's process, whichever door it is entered by. */
export type Door = Pick<
  DynamicProvider,
  "check" | "diff" | "create" | "read" | "update" | "delete" | "close" | "output" | "pid"
> & {
  /** What of its answers is not marked as a secret. */
  readonly answered?: string;
};

/**
 * The plugin, entered as if it were the process of the dynamic resources: every suite that those pass, it has to pass too.
 * What the plugin has beside them (outputs that follow from others, secrets that are marked) has tests of its own; that no
 * secret of an answer is without its mark, the suites look at.
 */
export class NativeDoor implements Door {
  readonly #native: NativeProvider;
  #open = "";

  private constructor(native: NativeProvider) {
    this.#native = native;
  }

  static async start(options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly config?: Readonly<Record<string, string>>;
  }): Promise<NativeDoor> {
    const flat = new Map([...FLAT_NAMES].map(([flat, full]) => [full, flat]));
    const config = Object.fromEntries(
      Object.entries(options.config ?? {}).map(([full, value]) => [flat.get(full) ?? full, value]),
    );
    const native = await NativeProvider.start({ ...options, config });
    await native.configure();
    return new NativeDoor(native);
  }

  get output(): string {
    return this.#native.output;
  }

  get answered(): string {
    return this.#open;
  }

  get pid(): number | undefined {
    return this.#native.process.pid;
  }

  async check(olds: Properties, news: Properties): ReturnType<DynamicProvider["check"]> {
    const { urn, own, __provider } = await about(news);
    const { owner: _, ...given } = own;
    const { inputs, failures } = await this.#native.check(urn, olds, given);
    return { inputs: { ...this.#plain(inputs), __provider }, failures };
  }

  async diff(id: string, outputs: Properties, inputs: Properties): ReturnType<DynamicProvider["diff"]> {
    const { urn, own } = await about(inputs);
    const whole = await wholeOf(id, outputs);
    const { detailed: _, ...difference } = await this.#native.diff(urn, id, whole, own, own);
    return difference;
  }

  async create(inputs: Properties): ReturnType<DynamicProvider["create"]> {
    const { urn, own } = await about(inputs);
    const made = await this.#keeping(inputs, this.#native.create(urn, own));
    return { id: made.id, outputs: await this.#dynamic(inputs, made.outputs) };
  }

  async read(id: string, outputs: Properties): ReturnType<DynamicProvider["read"]> {
    const { urn, __provider } = await about(outputs);
    const found = await this.#native.read(urn, id, await wholeOf(id, outputs));
    if (found.id === "") return { id: "", outputs: {}, inputs: undefined };
    const inputs = found.inputs && { ...this.#plain(found.inputs), __provider };
    return { id: found.id, outputs: await this.#dynamic(outputs, found.outputs), inputs };
  }

  async update(id: string, outputs: Properties, inputs: Properties): ReturnType<DynamicProvider["update"]> {
    const { urn, own } = await about(inputs);
    const updated = this.#native.update(urn, id, await wholeOf(id, outputs), own);
    return this.#dynamic(inputs, await this.#keeping(inputs, updated));
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    const { urn } = await about(outputs);
    await this.#native.delete(urn, id, await wholeOf(id, outputs));
  }

  async close(): Promise<void> {
    await this.#native.close();
  }

  /** The outputs as a dynamic resource has them. */
  async #dynamic(of: Properties, outputs: Properties): Promise<Properties> {
    const { __provider, type } = await about(of);
    const derived = await loadDerivedOutputs(type);
    return { ...derived.without(this.#plain(outputs)), __provider };
  }

  #plain(properties: Properties): Properties {
    this.#open += JSON.stringify(inTheOpen(properties));
    return revealed(properties) as Properties;
  }

  async #keeping<Result>(of: Properties, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof CallFailed) || !error.kept) throw error;
      const { id, properties, reasons } = error.kept;
      throw new InitFailure(error.message, id, await this.#dynamic(of, properties), reasons);
    }
  }
}

/** What a dynamic resource's properties say of it, and the properties without what only those have. */
async function about({ __provider, ...own }: Properties) {
  const [, type = ""] = /handler\("(.+?)"\)/.exec(String(__provider)) ?? [];
  const owner = String(own.owner ?? "project/stack/uploads");
  const [project, stack, ...name] = owner.split("/");
  const urn = urnOf(type)
    .replace("stack::project", `${stack}::${project}`)
    .replace(/uploads$/, name.join("/"));
  return { type, urn, own, __provider: providerOf(type) };
}

/** The outputs as the plugin has left them in the state. */
async function wholeOf(id: string, outputs: Properties): Promise<Properties> {
  const { type, own } = await about(outputs);
  const derived = await loadDerivedOutputs(type);
  return { ...own, ...derived.of(id, own) };
}
