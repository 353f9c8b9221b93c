/** The resource whose place a new one takes, as the state has it. */
interface Predecessor {
  readonly keySince: string;
  /** When its newest key was made, in RFC 3339 by the clock of the server; absent where that is not known. */
  readonly lastMadeAt: string | undefined;
  /** What the API chose for it where the program said nothing, or the program said before. */
  readonly chosen: Readonly<Record<string, unknown>>;
}

/** One resource as this process knows it. */
export class Owner {
  #wanted = false;
  #predecessor: Predecessor | undefined;
  #reason: string | undefined;
  #newest = Number.NEGATIVE_INFINITY;
  readonly #ids = new Set<string>();
  readonly #adopted = new Set<string>();
  readonly #known: Set<string>;

  /** @param known the ids of all keys that the process knows, whosever they are */
  constructor(known: Set<string>) {
    this.#known = known;
  }

  /**
   * The program of this run has the resource.
   *
   * @param keySince the stamp of the one in the state; the engine leaves it out when it asks again before it
   * makes the replacement, so that what was said before is still true then
   */
  isWanted(keySince: unknown): void {
    this.#wanted = true;
    if (typeof keySince === "string") this.#predecessor = { keySince, lastMadeAt: undefined, chosen: {} };
  }

  /** The state has it, its newest key was made at that time, and so much of it was left to the API. */
  isHeld(keySince: unknown, lastMadeAt: unknown, chosen: Readonly<Record<string, unknown>> = {}): void {
    const since = this.#predecessor?.keySince ?? keySince;
    if (typeof since !== "string") return;
    this.#predecessor = {
      keySince: since,
      lastMadeAt: typeof lastMadeAt === "string" ? lastMadeAt : undefined,
      chosen,
    };
  }

  /** Takes note of why a new key is to take the place of the one that it has. */
  isRenewed(reason: string): void {
    this.#reason = reason;
  }

  /** Why a new key is made. */
  get reason(): string {
    return this.#reason ?? (this.#predecessor ? "the engine replaces the resource" : "there is none yet");
  }

  /** Whether the program of this run has it: else it is on its way out. */
  get wanted(): boolean {
    return this.#wanted;
  }

  get predecessor(): Predecessor | undefined {
    return this.#predecessor;
  }

  /** Takes note of a key that a state has, that this process made, or that it is done with. */
  know(id: string, createdAt?: unknown): void {
    this.#ids.add(id);
    this.#known.add(id);
    if (typeof createdAt === "string") this.#newest = Math.max(this.#newest, Date.parse(createdAt));
  }

  /** Whether it is one of those: a key of its own. */
  owns(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Takes note of a key that it has taken over just now. */
  adopt(id: string, createdAt: unknown): void {
    this.know(id, createdAt);
    this.#adopted.add(id);
  }

  /** Whether this process has taken the key over for it. */
  hasAdopted(id: string): boolean {
    return this.#adopted.has(id);
  }

  /**
   * Whether this or another resource knows the key: a resource that was renamed has its old tag on its keys,
   * and a new one may have its old name.
   */
  knows(id: string): boolean {
    return this.#known.has(id);
  }

  /** When the newest key that it knows was made, in milliseconds by the clock of the server. */
  get newest(): number {
    return this.#newest;
  }
}

/** All resources that this process has met: the engine does not say which of its calls belong together. */
export class Owners {
  readonly #owners = new Map<string, Owner>();
  readonly #heirs = new Map<string, Owner>();
  readonly #known = new Set<string>();

  /** @param name what `sdk` gives to one resource alone; a resource without it is a stranger in every call */
  of(name: string | undefined): Owner {
    const known = name === undefined ? undefined : this.#owners.get(name);
    if (known) return known;
    const owner = new Owner(this.#known);
    if (name !== undefined) this.#owners.set(name, owner);
    return owner;
  }

  /** Takes note that a resource of this run's program has taken a key over, from nobody or from another resource. */
  takeOver(id: string, heir: Owner): void {
    this.#heirs.set(id, heir);
  }

  heirOf(id: string): Owner | undefined {
    return this.#heirs.get(id);
  }
}
