import { ownCredential } from "../errors.ts";
import type { Kind, OneKey, Properties } from "../kinds/kind.ts";
import type { Owner } from "../owners.ts";
import { type Outlook, outlookText } from "../rotation/outlook.ts";
import type { Session } from "../session.ts";
import { adoptedId } from "./adoptedId.ts";
import { KeyEvents } from "./keyEvents.ts";
import { KeyMarks } from "./keyMarks.ts";
import { MARK, markText } from "./mark.ts";
import { nameOf, OWNER, ownerOf, withOwner } from "./ownerInput.ts";
import { readTag, tagNames } from "./ownerTag.ts";
import { compact } from "./properties.ts";
import { taggedKind } from "./taggedKind.ts";
import { unlessListRefused } from "./unlessListRefused.ts";
import { UNSETTLED } from "./unsettled.ts";

/** The keys of one resource, and how to tell them from all others. */
export class OwnKeys {
  /** The kind, with the owner's tag in its descriptions. */
  readonly kind: Kind;
  readonly session: Session;
  readonly owner: Owner;
  readonly events: KeyEvents;
  readonly marks: KeyMarks;
  /** The names that its keys carry in their tags. */
  readonly tagNames: readonly string[];
  /** Whether the state is known to have the resource, or the one that it replaces. */
  readonly isInState: boolean;
  readonly #name: string;
  readonly #inputs: Properties;

  /**
   * @param outputs the resource as the state has it
   * @param inputs the resource as the program wants it
   */
  constructor(type: string, kind: Kind, session: Session, outputs: Properties, inputs: Properties) {
    this.kind = taggedKind(type, kind);
    this.session = session;
    this.owner = session.owners.of(ownerOf(type, inputs));
    this.events = new KeyEvents(session, type, inputs[OWNER] as string | undefined);
    this.marks = new KeyMarks(outputs);
    this.tagNames = [...new Set([outputs, inputs].flatMap((each) => tagNames(type, kind, each)))];
    this.isInState = Object.keys(outputs).length > 0 || this.owner.predecessor !== undefined;
    this.#name = nameOf(type, inputs);
    this.#inputs = inputs;
    const adopted = adoptedId(outputs);
    if (adopted !== undefined) {
      this.owner.know(adopted);
      if (this.owner.wanted) session.owners.takeOver(adopted, this.owner);
    }
  }

  /** The keys of a resource that does not exist yet. */
  static ofNew(type: string, kind: Kind, session: Session, inputs: Properties): OwnKeys {
    const { predecessor } = session.owners.of(ownerOf(type, inputs));
    const held = compact({ [MARK]: predecessor?.mark, [UNSETTLED]: predecessor?.isUnsettled });
    return new OwnKeys(type, kind, session, held, inputs);
  }

  /** Takes note of a key that the state has. */
  holds(id: string, mark: unknown): void {
    this.marks.hold(mark);
    this.owner.know(id);
  }

  /** Whether a list shows whose keys are those that this process does not know. */
  get findable(): boolean {
    return this.kind.list !== undefined && this.tagNames.length > 0;
  }

  /**
   * The mark of the next key; undefined if keys of this kind carry none. A key that replaces another one is on trial until
   * it is handed out. If the run is interrupted before that, the mark shows that nobody has the key. A description that
   * cannot change could not show the end of a trial, so there is no trial.
   */
  get nextMark(): string | undefined {
    if (!this.kind.list || this.#inputs[OWNER] === undefined) return undefined;
    const hasTrial = this.findable && !this.kind.isDescriptionFixed;
    return markText(this.marks.next(() => this.session.ports.uuid(), hasTrial));
  }

  /** The inputs of a create, with the mark of the key. */
  withNextMark(inputs: Properties): Properties {
    return compact({ ...inputs, [MARK]: this.nextMark });
  }

  /** The key's own properties, with those that say whose it is. */
  withOwner(key: Properties): Properties {
    return withOwner(this.#inputs, key);
  }

  /** Throws if keys that are not the resource's leave no room for one more. */
  async requireRoom(account: Properties): Promise<void> {
    const whose = (id: string) => this.#whose(id);
    await this.kind.requireRoom?.(this.session, account, (id) => this.owner.owns(id), whose);
  }

  /** The keys of the account, in words, that are not the resource's own; undefined if no API tells them apart. */
  async othersInTheWay(account: Properties): Promise<readonly string[] | undefined> {
    const others = await this.kind.otherKeys?.(this.session, account, (id) => this.owner.owns(id));
    return others?.map(({ id, words }) => `${words}${this.#whose(id)}`);
  }

  /** What this process knows of a key that is not the resource's own. */
  #whose(id: string): string {
    return this.owner.knows(id) ? ", which is another resource's of this run" : "";
  }

  /** Whether another resource has adopted the key, or replaces this one. Then that resource deletes the key. */
  async isTakenOver(id: string, account: Properties): Promise<boolean> {
    const heir = this.session.owners.heirOf(id);
    if (heir !== undefined) return heir !== this.owner || heir.hasAdopted(id);
    return this.#isMarkedByAnother(id, account);
  }

  /**
   * If a provider in another process has adopted the key, only the tag on the key says so: in this run, perhaps, after this
   * process has first looked. The engine deletes when all else is done, so one look is enough for all deletes. The copy
   * of a state has the same instance, so the name counts, too.
   */
  async #isMarkedByAnother(id: string, account: Properties): Promise<boolean> {
    const { list } = this.kind;
    const { newest } = this.marks;
    if (!list || !this.findable || !newest) return false;
    const listed = await unlessListRefused(() => list(this.session, account, "sinceMade"));
    const tag = readTag(listed?.byId.get(id)?.description ?? "");
    if (!tag?.mark) return false;
    const hasName = this.kind.isDescriptionFixed || this.tagNames.includes(tag.name);
    if (tag.mark.instance === newest.instance && hasName) return false;
    this.warn(`key ${id} stays: by its tag it belongs to ${tag.name} (#${tag.mark.instance}) now`);
    return true;
  }

  /** Deletes a key that was handed out, unless another resource has it now. The reason goes into the audit event. */
  async retire(key: OneKey, reason: string): Promise<void> {
    if (!(await this.isTakenOver(key.id, key))) await this.end(key, reason);
  }

  /** Deletes a key that was handed out, and that no other resource has, and withdraws what was delivered of it. */
  async end(key: OneKey, reason: string): Promise<void> {
    await this.discard(key.id, key, reason);
    await this.kind.withdraw?.(this.session, key);
  }

  /** Deletes a key that nobody has. It touches nothing that was delivered. */
  async discard(id: string, account: Properties, reason: string): Promise<void> {
    await this.events.step("retired", { keyId: id, step: "delete", reason }, async () => {
      if (await this.kind.callerNeeds?.(this.session, id, account)) throw ownCredential(id);
      await this.kind.delete(this.session, id, account);
    });
    this.owner.know(id);
  }

  /** Says, once in a run, what happens to the key in use. It is a warning if a due key stays, or somebody is cut off. */
  foretell(outlook: Outlook): void {
    const text = outlookText(outlook);
    if (!this.owner.isNews(text)) return;
    const isAmiss = outlook.what === "held" || (outlook.what === "newKey" && outlook.old?.fate === "cutOff");
    this.session.ports[isAmiss ? "warn" : "tell"](this.#sentence(text));
  }

  /** Warns once in a run. A run asks the provider twice: for its preview, and for its work. */
  warnOnce(message: string): void {
    if (this.owner.isNews(message)) this.warn(message);
  }

  warn(message: string): void {
    this.session.ports.warn(this.#sentence(message));
  }

  #sentence(message: string): string {
    return `${this.#name}: ${message.replace(/\.$/, "")}.`;
  }
}
