import type { PersonalEvent, Planted } from "./happenings.ts";
import { OWNER, Stack } from "./stack.ts";
import type { Watched } from "./watched.ts";

const OTHER_NAME = "renamed";
const DESCRIPTIONS: Readonly<Record<Planted, string>> = {
  "no mark": `rotating:[pulumi ${OWNER}]`,
  "another mark": `by hand rotating:[pulumi ${OWNER} #zzzzzzzz.1]`,
  "a mark on trial": `rotating:[pulumi ${OWNER} #zzzzzzzz.3?]`,
};
const NEIGHBOUR = "a stack without rotation";

/** What people do in the console, with the keys of the account. */
export class Person {
  readonly #watched: Watched;
  readonly #deletesByHand: () => void;
  readonly #quarantined = new Set<string>();
  #keyInTheWay: Stack | undefined;

  /** @param replaces to be called where a key was deleted for which the next run makes another */
  constructor(watched: Watched, replaces: () => void) {
    this.#watched = watched;
    this.#deletesByHand = replaces;
  }

  async does(what: PersonalEvent["what"]): Promise<void> {
    switch (what) {
      case "removeCurrent":
        this.#deletesByHand();
        return this.#remove(this.#watched.current?.id);
      case "removePrevious":
        return this.#remove(this.#watched.previous?.id);
      case "makeForeignKey":
        if (this.#keyInTheWay || !this.#hasRoom) return;
        this.#keyInTheWay = await this.makeForeignKey(this.#watched.owner);
        return;
      case "deleteForeignKey":
        await this.#watched.guard.as(NEIGHBOUR, async () => this.#keyInTheWay?.destroy());
        this.#keyInTheWay = undefined;
        return;
      case "quarantine":
        return this.#quarantine(this.#watched.current?.id);
      case "release":
        return this.#release();
      case "renameUser":
      case "renameUserBack":
        return this.#rename(what === "renameUser");
      case "sweep":
        return this.#sweep();
    }
  }

  /** A key of a stack that has no part in this. */
  async makeForeignKey(owner: string): Promise<Stack> {
    const { kind, world, guard } = this.#watched;
    const stack = new Stack(world, kind.type.replace("Rotating", ""));
    const run = () => stack.run({ [kind.ownerInput]: owner, ...(kind.verify ? { verify: false } : {}) });
    const { error } = await guard.as(NEIGHBOUR, run);
    if (error) throw error;
    return stack;
  }

  /** Makes a key that carries the name of the resource, where there is room for it. */
  async plant(planted: Planted): Promise<void> {
    const { kind, world, owner, guard } = this.#watched;
    if (!this.#hasRoom) return;
    const type = kind.type.replace("Rotating", "");
    const description = DESCRIPTIONS[planted];
    if (type === "aws:AccessKey") await world.iam.plantKey({ kind: type, owner });
    else if (type === "yandex:StaticAccessKey" || type === "yandex:ServiceAccountKey")
      await world.iam.plantKey({ kind: type, owner, description });
    guard.look();
  }

  /** An AWS user has two keys at most. */
  get #hasRoom(): boolean {
    const { kind, world, owner } = this.#watched;
    return kind.deactivate === undefined || (!this.#watched.isRenamed && world.keysOf(owner).length < 2);
  }

  #remove(id: string | undefined): void {
    if (id === undefined || !this.#watched.look().ours.some((key) => key.id === id)) return;
    this.#watched.goneUnseen.add(id);
    this.#watched.world.iam.remove(id);
    this.#watched.observe("hand");
  }

  #quarantine(id: string | undefined): void {
    const { kind, world, goneUnseen, ledger } = this.#watched;
    if (id === undefined || !kind.deactivate || !this.#watched.look().ours.some((key) => key.id === id))
      return;
    world.iam.patch(id, { status: "Inactive" });
    goneUnseen.add(id);
    this.#quarantined.add(id);
    this.#watched.observe("hand");
    ledger.excuse([id]);
  }

  #release(): void {
    for (const { id } of this.#watched.look().ours) {
      if (!this.#quarantined.has(id)) continue;
      this.#watched.world.iam.patch(id, { status: "Active" });
      this.#watched.goneUnseen.delete(id);
    }
    this.#quarantined.clear();
    this.#watched.observe("hand");
  }

  #rename(away: boolean): void {
    const { kind, world, owner } = this.#watched;
    if (!kind.deactivate || away === this.#watched.isRenamed) return;
    const [from, to] = away ? [owner, OTHER_NAME] : [OTHER_NAME, owner];
    world.iam.renameUser(from, to);
    this.#watched.isRenamed = away;
  }

  #sweep(): void {
    const { world, guard, owner } = this.#watched;
    guard.look();
    const names = [owner, ...(this.#watched.isRenamed ? [OTHER_NAME] : [])];
    for (const key of names.flatMap((name) => world.keysOf(name)))
      if (guard.makerOf(key.id) !== NEIGHBOUR && !guard.isNeeded(key.id)) world.iam.remove(key.id);
    this.#watched.observe("hand");
  }
}
