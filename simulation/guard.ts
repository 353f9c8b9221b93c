import type { LocalCredential } from "../local/iam/index.ts";
import { PERSON, type Touch, wrongIn } from "./invariants.ts";
import { RequestWatch } from "./requestWatch.ts";
import type { World } from "./world.ts";

/** Somebody whose runs make and delete keys. */
export interface Party {
  readonly name: string;
  /** The ids of the keys in its state: the current one, and the others. */
  readonly holds: { readonly current: string | undefined; readonly others: readonly string[] };
  /** Which ends of its own keys, before their time, its program or a person asks for. */
  readonly asked: Touch["asked"];
}

/** What else is to happen in a run. */
export interface During {
  /** Plans what is to go wrong with requests. */
  readonly plan?: (() => void) | undefined;
  /** Happens once so many requests were carried out. */
  readonly interruption?: { readonly after: number; readonly happen: () => Promise<void> | void } | undefined;
}

/** Looks at all keys at each request: whose run has done what to whose key. */
export class Guard {
  readonly #world: World;
  readonly #parties: readonly Party[];
  readonly #consumersOf: (id: string) => readonly number[];
  readonly #note: (sentence: string) => void;
  readonly #watch: RequestWatch;
  readonly #makers = new Map<string, string>();
  #last = new Map<string, LocalCredential>();
  #atWork: string = PERSON;
  #interruption: During["interruption"];
  #requests = 0;

  /** @param consumersOf the numbers of the consumers that hold a key which has not been replaced for its overlap */
  constructor(
    world: World,
    parties: readonly Party[],
    consumersOf: (id: string) => readonly number[],
    note: (sentence: string) => void,
  ) {
    this.#world = world;
    this.#parties = parties;
    this.#consumersOf = consumersOf;
    this.#note = note;
    this.#watch = new RequestWatch(world.iam, () => this.#meetRequest());
  }

  makerOf(id: string): string | undefined {
    return this.#makers.get(id);
  }

  /** Whether a state has the key, or a consumer needs it. */
  isNeeded(id: string): boolean {
    const inStates = this.#parties.flatMap(({ holds }) => [holds.current, ...holds.others]);
    return inStates.includes(id) || this.#consumersOf(id).length > 0;
  }

  /** Has that party do its work. */
  async as<Result>(name: string, work: () => Promise<Result>, during: During = {}): Promise<Result> {
    const before = { atWork: this.#atWork, interruption: this.#interruption, requests: this.#requests };
    const { iam } = this.#world;
    this.look();
    [this.#atWork, this.#interruption, this.#requests] = [name, during.interruption, 0];
    iam.clearFaults();
    during.plan?.();
    this.#watch.begin();
    try {
      return await work();
    } finally {
      this.look();
      iam.clearFaults();
      [this.#atWork, this.#interruption, this.#requests] = [
        before.atWork,
        before.interruption,
        before.requests,
      ];
      if (this.#atWork !== PERSON) this.#watch.begin();
    }
  }

  /** Compares the keys with how they were at the last look. */
  look(): void {
    const keys = this.#world.iam.keys().filter(({ kind }) => kind !== "yandex:IamToken");
    const now = new Map(keys.map((key) => [key.id, key]));
    for (const id of now.keys()) if (!this.#makers.has(id)) this.#makers.set(id, this.#atWork);
    for (const was of this.#last.values()) {
      const how = changeOf(was, now.get(was.id));
      if (how) for (const sentence of wrongIn(this.#touch(was.id, how))) this.#note(sentence);
    }
    this.#last = now;
  }

  #touch(key: string, how: Touch["how"]): Touch {
    const party = this.#parties.find(({ name }) => name === this.#atWork);
    return {
      by: this.#atWork,
      key,
      how,
      maker: this.#makers.get(key) ?? PERSON,
      currentOf: this.#parties.filter(({ holds }) => holds.current === key).map(({ name }) => name),
      consumers: this.#consumersOf(key),
      asked: party?.asked ?? [],
    };
  }

  async #meetRequest(): Promise<void> {
    this.look();
    this.#requests += 1;
    const { after, happen } = this.#interruption ?? {};
    if (this.#requests === after) await happen?.();
  }
}

function changeOf(was: LocalCredential, is: LocalCredential | undefined): Touch["how"] | undefined {
  if (!is) return "deleted";
  if (was.status !== is.status) return is.status === "Active" ? "made active" : "made inactive";
  return was.description === is.description ? undefined : "described anew";
}
