import { isDeepStrictEqual } from "node:util";
import { PartialFailure } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Difference, Lifecycle } from "../lifecycle/contract.ts";
import type { DerivedOutputs } from "../lifecycle/derivedOutputs.ts";
import { importKey } from "../lifecycle/importKey.ts";
import { isRotating, loadDerivedOutputs, loadLifecycle, loadWholeKind } from "../lifecycle/loadLifecycle.ts";
import { OWNER } from "../lifecycle/ownerInput.ts";
import type { Session } from "../session.ts";
import { foreseeCreated, foreseeUpdated } from "./foresee.ts";
import { ImportedKeys } from "./importedKeys.ts";
import { withTexts } from "./texts.ts";
import type { Identity } from "./urns.ts";

/** Inputs, and what is wrong with them. */
interface Checked {
  readonly inputs: Properties;
  readonly problems: readonly string[];
}

interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

/** What a dynamic resource has in its state beside its properties. */
const DYNAMIC = "__provider";

/** The resources of one type, as the engine sees them in a plugin: the lifecycle, with all outputs that a program may want. */
export class NativeResource {
  readonly #type: string;
  readonly #kind: Kind;
  readonly #lifecycle: Lifecycle;
  readonly #derived: DerivedOutputs;
  readonly #session: Session;
  /** The result of the last diff of each resource, which the preview of its update uses. */
  readonly #differences = new Map<string, Difference>();
  readonly #imported: ImportedKeys;

  private constructor(
    type: string,
    kind: Kind,
    lifecycle: Lifecycle,
    derived: DerivedOutputs,
    session: Session,
  ) {
    this.#type = type;
    this.#kind = kind;
    this.#lifecycle = lifecycle;
    this.#derived = derived;
    this.#session = session;
    this.#imported = new ImportedKeys(kind, isRotating(type));
  }

  static async load(type: string, session: Session): Promise<NativeResource> {
    const [kind, lifecycle, derived] = await Promise.all([
      loadWholeKind(type),
      loadLifecycle(type, session),
      loadDerivedOutputs(type),
    ]);
    return new NativeResource(type, kind, lifecycle, derived, session);
  }

  /** The outputs that are secrets, in keys too. */
  get secrets(): readonly string[] {
    return this.#derived.secrets;
  }

  async check({ owner }: Identity, olds: Properties, news: Properties): Promise<Checked> {
    const given = withTexts(this.#kind.inputs, news);
    const { inputs, problems } = await this.#lifecycle.check(olds, { ...given, [OWNER]: owner });
    const own =
      OWNER in news && news[OWNER] !== owner ? [`${OWNER} is not an argument of ${this.#type}`] : [];
    return { inputs, problems: [...own, ...problems] };
  }

  async diff({ owner }: Identity, id: string, olds: Properties, news: Properties): Promise<Difference> {
    const outputs = this.#own(olds);
    const found = this.#imported.has(owner)
      ? await this.#imported.diff(this.#lifecycle, owner, id, outputs, news)
      : await this.#lifecycle.diff(id, outputs, news);
    const derived = this.#derived.of(id, outputs);
    const absent = Object.keys(derived).filter((name) => !isDeepStrictEqual(olds[name], derived[name]));
    const moved = DYNAMIC in olds ? [DYNAMIC] : [];
    const difference = { ...found, updates: [...found.updates, ...absent, ...moved] };
    this.#differences.set(owner, difference);
    return difference;
  }

  async create(inputs: Properties): Promise<Made> {
    const { id, outputs } = await this.#whole(() => this.#lifecycle.create(inputs));
    return { id, outputs: this.#withDerived(id, outputs) };
  }

  /** What a create would give, as far as that is known before it. */
  foreseeCreated(inputs: Properties, names: readonly string[]): Properties {
    return foreseeCreated(this.#kind, inputs, names);
  }

  async update({ owner }: Identity, id: string, olds: Properties, news: Properties): Promise<Properties> {
    const before = this.#imported.before(owner, this.#own(olds), news);
    const outputs = await this.#whole(() => this.#lifecycle.update(id, before, news));
    return this.#withDerived(id, outputs);
  }

  /** What an update would give, as far as that is known before it. */
  foreseeUpdated({ owner }: Identity, id: string, olds: Properties, news: Properties): Properties {
    const before = this.#withDerived(id, this.#own(olds));
    return foreseeUpdated(this.#kind, before, this.#derived.names, news, this.#differences.get(owner));
  }

  /** What exists now; undefined if nothing does. To import a key, its id must also name its account. */
  async read(
    { owner }: Identity,
    id: string,
    olds: Properties,
  ): Promise<(Made & { readonly inputs: Properties | undefined }) | undefined> {
    if (id.includes("/") || Object.keys(olds).length === 0) return this.#import(owner, id);
    const found = await this.#lifecycle.read(id, this.#own(olds));
    return found && { id, outputs: this.#withDerived(id, found.outputs), inputs: found.inputs };
  }

  async delete(id: string, olds: Properties): Promise<void> {
    await this.#lifecycle.delete(id, this.#own(olds));
  }

  async #import(owner: string, importId: string) {
    const found = await importKey(this.#type, this.#session, importId, owner);
    if (!found) return undefined;
    this.#imported.add(owner);
    return { ...found, outputs: this.#withDerived(found.id, found.outputs) };
  }

  #own(outputs: Properties): Properties {
    const { [DYNAMIC]: _, ...others } = outputs;
    return this.#derived.without(others);
  }

  #withDerived(id: string, outputs: Properties): Properties {
    return { ...outputs, ...this.#derived.of(id, outputs) };
  }

  /** An unfinished resource has its derived outputs, too. */
  async #whole<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      Object.assign(error.properties, this.#derived.of(error.id, error.properties));
      throw error;
    }
  }
}
