/** The resource that a new one replaces, as the state has it. */
export interface Predecessor {
  /** The mark of its newest key; undefined if it has none. */
  readonly mark: string | undefined;
  /** It is unknown whether that key was made. */
  readonly isUnsettled?: boolean;
  /** The key that it was left with and that nobody ever got, with its outputs. */
  readonly inVain?: Readonly<Record<string, unknown> & { id: string }> | undefined;
  /** What its outputs remember of the orders that were carried out for it. */
  readonly orders: Readonly<Record<string, unknown>>;
  /** What the API chose for it where the program said nothing, or the program said before. */
  readonly chosen: Readonly<Record<string, unknown>>;
}

/** One resource as this process knows it. */
export class Owner {
  #wanted = false;
  #exists = false;
  #predecessor: Predecessor | undefined;
  #reason: string | undefined;
  readonly #ids = new Set<string>();
  readonly #adopted = new Set<string>();
  readonly #said = new Set<string>();
  readonly #known: Set<string>;

  /** @param known the ids of all keys that the process knows, whosever they are */
  constructor(known: Set<string>) {
    this.#known = known;
  }

  /**
   * The program of this run has the resource.
   *
   * @param exists whether the state has it; the engine leaves that out when it asks again before it makes the
   * replacement
   */
  isWanted(exists: boolean): void {
    this.#wanted = true;
    this.#exists ||= exists;
  }

  /** The state has it like this. A resource that takes its place goes on with it. */
  isHeld(predecessor: Predecessor): void {
    this.#exists = true;
    this.#predecessor = predecessor;
  }

  /** Takes note of why a new key is to take the place of the one that it has. */
  isRenewed(reason: string): void {
    this.#reason = reason;
  }

  /** Why a new key is made. */
  get reason(): string {
    return this.#reason ?? (this.#exists ? "the engine replaces the resource" : "there is none yet");
  }

  /** Whether the program of this run has it: else it is on its way out. */
  get wanted(): boolean {
    return this.#wanted;
  }

  /** Undefined too if the engine replaces the resource without asking what differs (`--replace`, taint). */
  get predecessor(): Predecessor | undefined {
    return this.#predecessor;
  }

  /** Whether the state has a resource of this name, and this process does not know which key that resource has. */
  get isUnseen(): boolean {
    return this.#exists && !this.#predecessor;
  }

  /** Whether this is the first time that the run speaks of that key, or says that. */
  isNews(idOrText: string): boolean {
    if (this.#said.has(idOrText)) return false;
    this.#said.add(idOrText);
    return true;
  }

  /** Takes note of a key that a state has, that this process made, or that it is done with. */
  know(id: string): void {
    this.#ids.add(id);
    this.#known.add(id);
  }

  /** Whether it is one of those: a key of its own. */
  owns(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Takes note of a key that it has taken over just now. */
  adopt(id: string): void {
    this.know(id);
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
}

/** All resources that this process has met: the engine does not say which of its calls belong together. */
export class Owners {
  readonly #owners = new Map<string, Owner>();
  readonly #heirs = new Map<string, Owner>();
  readonly #known = new Set<string>();

  /** @param name the name that `sdk` gives to only one resource; a resource without it is a new one in every call */
  of(name: string | undefined): Owner {
    const known = name === undefined ? undefined : this.#owners.get(name);
    if (known) return known;
    const owner = new Owner(this.#known);
    if (name !== undefined) this.#owners.set(name, owner);
    return owner;
  }

  /** Whether any resource knows the key. */
  knows(id: string): boolean {
    return this.#known.has(id);
  }

  /** Takes note that a resource of this run's program has taken a key over, from nobody or from another resource. */
  takeOver(id: string, heir: Owner): void {
    this.#heirs.set(id, heir);
  }

  heirOf(id: string): Owner | undefined {
    return this.#heirs.get(id);
  }
}
