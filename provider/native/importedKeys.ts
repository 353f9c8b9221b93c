import { isDeepStrictEqual } from "node:util";
import type { Kind, Properties } from "../kinds/kind.ts";
import { ADOPT } from "../lifecycle/adoptedId.ts";
import { isAnotherKey } from "../lifecycle/adoption.ts";
import type { Difference, Lifecycle } from "../lifecycle/contract.ts";
import { compact, pick } from "../lifecycle/properties.ts";

/**
 * The keys that this run imports. A program that does so by the option `import` may say of the key what the API does not
 * know: the key is brought in line with it, and is not replaced in the same run, as the program asked for this very key.
 */
export class ImportedKeys {
  readonly #kind: Kind;
  readonly #isRotating: boolean;
  readonly #owners = new Set<string>();

  constructor(kind: Kind, isRotating: boolean) {
    this.#kind = kind;
    this.#isRotating = isRotating;
  }

  add(owner: string): void {
    this.#owners.add(owner);
  }

  has(owner: string): boolean {
    return this.#owners.has(owner);
  }

  /**
   * The outputs before the update. An imported key has the keepers, and the place for its secrets, that its program
   * says.
   */
  before(owner: string, outputs: Properties, news: Properties): Properties {
    return this.has(owner) ? { ...outputs, ...compact(pick(news, this.#kind.replaceOn)) } : outputs;
  }

  /** How the key differs from what the program says of it. Throws if that is said of another key. */
  async diff(
    lifecycle: Lifecycle,
    owner: string,
    id: string,
    outputs: Properties,
    news: Properties,
  ): Promise<Difference> {
    this.#requireLike(id, outputs, news);
    // If the key is due, the next run replaces it.
    const { rotate, ...others } = news;
    const wanted = this.#isRotating ? news : others;
    const difference = await lifecycle.diff(id, this.before(owner, outputs, news), wanted);
    return { ...difference, replaces: [], updates: [...difference.updates, ...(rotate ? ["rotate"] : [])] };
  }

  #requireLike(id: string, outputs: Properties, news: Properties): void {
    const { inputs, replaceOn } = this.#kind;
    const key = { ...outputs, ...(outputs.current as Properties | undefined) };
    const isUnlike = (name: string) =>
      news[name] !== undefined && Object.hasOwn(key, name) && !isDeepStrictEqual(news[name], key[name]);
    const unlike = replaceOn.filter((name) => name in inputs.shape && name !== ADOPT && isUnlike(name));
    if (unlike.length > 0) throw isAnotherKey(`The option import names the key ${id}`, unlike, key);
  }
}
