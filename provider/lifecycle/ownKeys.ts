import { type DescribedKey, describedKey } from "../api/describedKey.ts";
import type { ListedKey, ListedWhen } from "../api/keyLists.ts";
import { isListRefused, isNotFound, messageOf, ownCredential } from "../errors.ts";
import type { Kind, OneKey, Properties } from "../kinds/kind.ts";
import type { Owner } from "../owners.ts";
import { type Outlook, outlookText } from "../rotation/outlook.ts";
import { LONGEST_TRIAL_MS } from "../rotation/retirement.ts";
import type { Session } from "../session.ts";
import { adoptedId } from "./adoptedId.ts";
import { findKeys } from "./foundKeys.ts";
import { KeyEvents } from "./keyEvents.ts";
import { LEFTOVERS, type Leftover, LOST } from "./leftovers.ts";
import { firstMark, MARK, type Mark, markText, parseMark } from "./mark.ts";
import { nameOf, OWNER, ownerOf } from "./ownerInput.ts";
import { readTag, tagNames } from "./ownerTag.ts";
import { compact, pick } from "./properties.ts";
import { taggedKind } from "./taggedKind.ts";
import { UNSETTLED } from "./unsettled.ts";

/** The keys of the account that carry the resource's name and that this process does not know. */
interface UnknownKeys {
  /** The ids of those that are proven to be nobody's. */
  readonly lost: readonly string[];
  /** Those of which only a person can say whose they are. */
  readonly leftovers: readonly DescribedKey[];
}

/** The outputs that tell the next run of such keys. */
interface Noticed {
  readonly [LOST]: readonly string[] | undefined;
  readonly [LEFTOVERS]: readonly Leftover[] | undefined;
}

/** The keys of one resource, and how they are told from those of all others. */
export class OwnKeys {
  /** The kind, with the owner's tag in its descriptions. */
  readonly kind: Kind;
  readonly session: Session;
  readonly owner: Owner;
  readonly events: KeyEvents;
  readonly #name: string;
  readonly #inputs: Properties;
  readonly #tagNames: readonly string[];
  /** The mark of the newest key that the state has. */
  readonly #newest: Mark | undefined;
  /** Whether the newest key is one of which nobody knows whether it was made. */
  readonly #isUnsettled: boolean;
  /** Whether the state is known to have the resource, or the one whose place it takes. */
  readonly #isInState: boolean;
  #holdsFirst = false;
  #next: Mark | undefined;

  /**
   * @param outputs the resource as the state has it
   * @param inputs the resource as it is to be
   */
  constructor(type: string, kind: Kind, session: Session, outputs: Properties, inputs: Properties) {
    this.kind = taggedKind(type, kind);
    this.session = session;
    this.#name = nameOf(type, inputs);
    this.owner = session.owners.of(ownerOf(type, inputs));
    this.events = new KeyEvents(session, type, inputs[OWNER] as string | undefined);
    this.#inputs = inputs;
    this.#newest = parseMark(outputs[MARK]);
    this.#isInState = Object.keys(outputs).length > 0 || this.owner.predecessor !== undefined;
    this.#isUnsettled = outputs[UNSETTLED] === true;
    this.#tagNames = [...new Set([outputs, inputs].flatMap((each) => tagNames(type, kind, each)))];
    const adopted = adoptedId(outputs);
    if (adopted !== undefined) {
      this.owner.know(adopted);
      if (this.owner.wanted) session.owners.takeOver(adopted, this.owner);
    }
  }

  /** The keys of a resource that is yet to be made. */
  static ofNew(type: string, kind: Kind, session: Session, inputs: Properties): OwnKeys {
    const { predecessor } = session.owners.of(ownerOf(type, inputs));
    const held = compact({ [MARK]: predecessor?.mark, [UNSETTLED]: predecessor?.isUnsettled });
    return new OwnKeys(type, kind, session, held, inputs);
  }

  /** Takes note of a key that the state has. */
  holds(id: string, mark: unknown): void {
    this.#holdsFirst ||= parseMark(mark)?.number === 1;
    this.owner.know(id);
  }

  /** Whether keys that this process does not know can be told apart. */
  get findable(): boolean {
    return this.kind.list !== undefined && this.#tagNames.length > 0;
  }

  /**
   * The mark of the key that is to be made; undefined where keys carry none. A key that takes the place of another
   * one is on trial until it is handed out: if the run is cut off before that, everybody can see that it is nobody's.
   * Where a description stays as it was made, the end of a trial could not be written down: there is none.
   */
  get nextMark(): string | undefined {
    if (!this.kind.list || this.#inputs[OWNER] === undefined) return undefined;
    this.#next ??= this.#newest
      ? {
          ...this.#newest,
          number: this.#newest.number + 1,
          onTrial: this.findable && !this.kind.isDescriptionFixed,
        }
      : firstMark(this.session.ports.uuid());
    return markText(this.#next);
  }

  /** The inputs of a create, with the mark of the key. */
  withNextMark(inputs: Properties): Properties {
    return compact({ ...inputs, [MARK]: this.nextMark });
  }

  /** What tells whose a key is, beside the key's own properties. */
  withOwner(key: Properties): Properties {
    return { ...pick(this.#inputs, [OWNER, "tagDescription"]), ...key };
  }

  /** The keys that a create of this run has made and nobody has: its own mark is on them, and no answer named them. */
  async lostNow(account: Properties): Promise<readonly string[]> {
    return (await this.#unknownKeys(account, "now")).lost;
  }

  /** Throws where the account has no room for one more key because of some that are not the resource's. */
  async requireRoom(account: Properties): Promise<void> {
    const whose = (id: string) => this.#whose(id);
    await this.kind.requireRoom?.(this.session, account, (id) => this.owner.owns(id), whose);
  }

  /** The keys of the account, in words, that are not the resource's own. */
  async othersInTheWay(account: Properties): Promise<readonly string[]> {
    const others = await this.kind.otherKeys?.(this.session, account, (id) => this.owner.owns(id));
    return others?.map(({ id, words }) => `${words}${this.#whose(id)}`) ?? [];
  }

  /** What this process knows of a key that is not the resource's own. */
  #whose(id: string): string {
    return this.owner.knows(id) ? ", which is another resource's of this run" : "";
  }

  /** What a refresh found beside the keys of the resource: the next run deletes the one, and names the other. */
  async noticed(account: Properties): Promise<Noticed> {
    const found = await this.#unlessRefused(() => this.#unknownKeys(account, "now"));
    this.#warnOfLeftovers(found?.leftovers);
    return {
      [LOST]: found?.lost.length ? found.lost : undefined,
      [LEFTOVERS]: remembered(found?.leftovers),
    };
  }

  /** Names again what an earlier run has left, where it is still there. */
  async remind(outputs: Properties): Promise<void> {
    const leftovers = (outputs[LEFTOVERS] as readonly Leftover[] | undefined)?.filter(
      ({ id }) => !this.owner.knows(id),
    );
    if (!leftovers?.length) return;
    const seen = await this.#unknownKeys(outputs, "sinceStart").catch(() => undefined);
    const remembered = leftovers.map(({ id, createdAt }) => ({ id, words: `${id} (made ${createdAt})` }));
    this.#warnOfLeftovers(seen?.leftovers ?? remembered);
  }

  /** Says what is not at its default, and stays so because the program does not speak of it. */
  warnOfLeftAlone(id: string, held: Properties, inputs: Properties): void {
    const { leftAlone = [], defaults } = this.kind;
    for (const name of leftAlone) {
      if (inputs[name] !== undefined || held[name] === undefined || held[name] === defaults[name]) continue;
      this.warn(
        `${name} of key ${id} is ${held[name]}, and the program does not set it: it stays so. ${name}: "${defaults[name]}" in the program changes it back`,
      );
    }
  }

  /** The outputs that say where the secrets of the key are, where they are there no longer. */
  async undelivered(key: OneKey): Promise<readonly string[]> {
    if ((await this.kind.isStillDelivered?.(this.session, key)) ?? true) return [];
    this.warn(
      `what was delivered of key ${key.id} cannot be read there any more: the next run delivers a new key`,
    );
    return this.kind.needed?.(key) ?? [];
  }

  warnOfSweep(ids: unknown): void {
    this.warn(`keys that an interrupted run made and nobody ever got are to be deleted: ${ids}`);
  }

  /**
   * Whether another resource has taken the key over, or the one that takes the place of this: it is deleted there, when its
   * time has come.
   */
  async isTakenOver(id: string, account: Properties): Promise<boolean> {
    const heir = this.session.owners.heirOf(id);
    if (heir !== undefined) return heir !== this.owner || heir.hasAdopted(id);
    return this.#isMarkedByAnother(id, account);
  }

  /**
   * Another provider's process says nothing of what it took over, but for the tag that it put on the key: in this run, perhaps,
   * after this process has first looked. The engine deletes when all else is done, so that one look is enough for all deletes.
   */
  async #isMarkedByAnother(id: string, account: Properties): Promise<boolean> {
    const { list } = this.kind;
    if (!list || !this.findable || !this.#newest) return false;
    const listed = await this.#unlessRefused(() => list(this.session, account, "sinceMade"));
    const tag = readTag(listed?.byId.get(id)?.description ?? "");
    if (!tag?.mark || tag.mark.instance === this.#newest.instance) return false;
    this.warn(`key ${id} stays: by its tag it belongs to ${tag.name} (#${tag.mark.instance}) now`);
    return true;
  }

  /** Deletes a key that was handed out, unless another resource has it now; its audit event has the reason. */
  async retire(key: OneKey, reason: string): Promise<void> {
    if (!(await this.isTakenOver(key.id, key))) await this.end(key, reason);
  }

  /** Deletes a key that was handed out, and that no other resource has, and withdraws what was delivered for it. */
  async end(key: OneKey, reason: string): Promise<void> {
    await this.discard(key.id, key, reason);
    await this.kind.withdraw?.(this.session, key);
  }

  /** Deletes a key that nobody has. Nothing that was delivered for another one is touched. */
  async discard(id: string, account: Properties, reason: string): Promise<void> {
    await this.events.step("retired", { keyId: id, step: "delete", reason }, async () => {
      if (await this.kind.callerNeeds?.(this.session, id, account)) throw ownCredential(id);
      await this.kind.delete(this.session, id, account);
    });
    this.owner.know(id);
  }

  /**
   * Deletes the key of the resource whose place a new one takes, where nobody ever got it: the account may have no room
   * for both. What cannot be deleted now is deleted with its resource.
   */
  async discardVain(): Promise<void> {
    const { inVain } = this.owner.predecessor ?? {};
    if (!inVain) return;
    try {
      await this.discard(inVain.id, inVain, "it was made in vain");
    } catch (error) {
      this.warn(`key ${inVain.id}, which was made in vain, is still there: ${messageOf(error)}`);
    }
  }

  /**
   * Deletes what is proven to be nobody's, and names what may be somebody's. Gives the outputs that remember it. Who
   * may not list keys is told so, and has none deleted.
   */
  async tidy(account: Properties, when: ListedWhen = "sinceStart"): Promise<Properties> {
    const found = await this.#unlessRefused(
      () => this.#unknownKeys(account, when),
      (reason) => this.warn(`it is not known whether an interrupted run left keys behind: ${reason}`),
    );
    for (const id of await this.#stillLost(found?.lost ?? [], account)) {
      await this.discard(id, account, "an interrupted run left it behind");
      this.warn(`key ${id}, which an interrupted run had made and nobody ever got, was deleted`);
    }
    this.#warnOfLeftovers(found?.leftovers);
    return found ? { [LOST]: undefined, [LEFTOVERS]: remembered(found.leftovers) } : {};
  }

  /** The same after a success, which a failure of this does not turn into a failure: another run does it then. */
  async tryTidy(account: Properties, when?: ListedWhen): Promise<Properties> {
    try {
      return await this.tidy(account, when);
    } catch (error) {
      this.warn(`what an interrupted run may have left behind is still there: ${messageOf(error)}`);
      return {};
    }
  }

  /** Says, once in a run, what becomes of the key in use. What keeps one that is due, or cuts somebody off, is a warning. */
  foretell(outlook: Outlook): void {
    const text = outlookText(outlook);
    if (!this.owner.isNews(text)) return;
    const isAmiss = outlook.what === "held" || (outlook.what === "newKey" && outlook.old?.fate === "cutOff");
    this.session.ports[isAmiss ? "warn" : "tell"](this.#sentence(text));
  }

  /** Says it once in a run, which comes here for its preview and again for its work. */
  warnOnce(message: string): void {
    if (this.owner.isNews(message)) this.warn(message);
  }

  warn(message: string): void {
    this.session.ports.warn(this.#sentence(message));
  }

  #sentence(message: string): string {
    return `${this.#name}: ${message.replace(/\.$/, "")}.`;
  }

  /** The engine says neither that it replaces a resource by order, nor which key that has. */
  get #stays(): string {
    return this.#isInState
      ? "It stays"
      : "It stays, unless this run replaces its resource (--replace, taint)";
  }

  #warnOfLeftovers(leftovers: readonly Pick<DescribedKey, "id" | "words">[] = []): void {
    // Where the engine has not said which key is to be replaced, that one is among them: the next run names the others.
    if (this.owner.isUnseen) return;
    for (const { id, words } of leftovers) {
      if (!this.owner.isNews(id)) continue;
      this.warn(
        this.findable
          ? `key ${words} carries its name, and is in no state that this run has seen. ${this.#stays}. If nobody has it, \`iam-keys sweep\` deletes it`
          : `its user also has key ${words}, which belongs to no resource that this run has reached so far. ${this.#stays}. If no resource, no other stack and no person has it, \`iam-keys sweep\` deletes it`,
      );
    }
  }

  async #unknownKeys(account: Properties, when: ListedWhen): Promise<UnknownKeys> {
    const isKnown = (id: string) => this.owner.knows(id);
    if (!this.kind.list) {
      const others = (await this.kind.otherKeys?.(this.session, account, isKnown)) ?? [];
      return { lost: [], leftovers: others.filter(isUnused) };
    }
    if (!this.findable) return { lost: [], leftovers: [] };
    const { keys } = await this.kind.list(this.session, account, when);
    const { lost, leftovers } = findKeys(keys, {
      names: this.#tagNames,
      isKnown,
      isLost: (mark) => this.#isLost(mark),
    });
    return {
      lost: lost.map(({ id }) => id),
      leftovers: leftovers.map((key) => this.#described(key)),
    };
  }

  /** Those that are so in a list of this moment: whoever was about to hand one out may have done so since. */
  async #stillLost(lost: readonly string[], account: Properties): Promise<readonly string[]> {
    if (lost.length === 0) return [];
    const now = await this.#unknownKeys(account, "now");
    return lost.filter((id) => now.lost.includes(id));
  }

  /** Of a key without a last use the API may have said nothing, because it never does. */
  #described(key: ListedKey): DescribedKey {
    return describedKey(this.kind.lastUse ? key : { ...key, lastUsedAt: "unknown" });
  }

  /** Whether a key of that mark which nobody here knows is proven to be nobody's. */
  #isLost({ instance, number, onTrial }: Mark): boolean {
    const own = this.#newest ?? this.#next;
    if (instance !== own?.instance) return false;
    if (onTrial || (this.#isUnsettled && number === this.#newest?.number)) return true;
    // An instance is born with its first key, in one process: of two keys of that number, one at most was handed out.
    return number === 1 && (this.#holdsFirst || this.#next?.number === 1);
  }

  async #unlessRefused<Result>(
    work: () => Promise<Result>,
    say?: (reason: string) => void,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isListRefused(error)) throw error;
      // With the account all its keys are gone, which needs no words.
      if (!isNotFound(error)) say?.(error.message);
      return undefined;
    }
  }
}

/** Nobody used it later than a run that made it may have tried it. */
function isUnused({ createdAt, lastUsedAt }: DescribedKey): boolean {
  return lastUsedAt === undefined || Date.parse(lastUsedAt) - Date.parse(createdAt ?? "") <= LONGEST_TRIAL_MS;
}

function remembered(leftovers: readonly DescribedKey[] = []): readonly Leftover[] | undefined {
  return leftovers.length > 0
    ? leftovers.map(({ id, createdAt }) => compact({ id, createdAt }) as unknown as Leftover)
    : undefined;
}
