import type { ListedWhen, Listing } from "../api/keyLists.ts";
import { isListRefused, isNotFound, messageOf, ownCredential } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Owner } from "../owners.ts";
import type { Session } from "../session.ts";
import { adoptedId } from "./adoption.ts";
import { KeyEvents } from "./keyEvents.ts";
import { findOrphans, isInUse } from "./orphans.ts";
import { ownerTag } from "./ownerTag.ts";
import { compact, pick } from "./properties.ts";
import { nameOf, OWNER, ownerOf } from "./stampedInputs.ts";
import { taggedKind } from "./taggedKind.ts";

/** Of all UUIDs, those of this provider's creates. */
const NAMESPACE = "5d0cf3c4-6f0e-4c35-9a3f-0c1c7b8e2f11";

/** Inputs that decide when a key is made and how it is tried, and have no part in what is made. */
const NOT_SENT = ["rotate", "verify", "adopt"];

/**
 * The output in which a resource that took the place of another one says when the last key of that one was
 * made: keys as old as that, or older, are not its own. RFC 3339, by the clock of the server.
 */
export const OWNED_SINCE = "ownedSince";

/** Which of the lost keys are meant, by when they were made. */
export type Lost =
  /** Before the newest key of the resource: what runs left that were cut off before it was made. */
  | "before"
  /** At any time: of a resource that is on its way out, and has no run after this one. */
  | "ever";

/** The keys of one resource, and how they are told from those of all others. */
export class OwnKeys {
  /** The kind, with the owner's tag in its descriptions. */
  readonly kind: Kind;
  readonly session: Session;
  readonly owner: Owner;
  readonly events: KeyEvents;
  readonly #name: string;
  readonly #ownerName: string | undefined;
  readonly #ownedSince: string | undefined;
  readonly #inputs: Properties;
  readonly #tags: readonly string[];

  /**
   * @param outputs the resource as the state has it
   * @param inputs the resource as it is to be
   */
  constructor(type: string, kind: Kind, session: Session, outputs: Properties, inputs: Properties) {
    const [held, wanted] = [ownerTag(type, kind, outputs), ownerTag(type, kind, inputs)];
    this.kind = taggedKind(kind, held, wanted);
    this.session = session;
    this.#name = nameOf(type, inputs);
    this.#ownerName = ownerOf(type, inputs);
    this.owner = session.owners.of(this.#ownerName);
    this.events = new KeyEvents(session, type, inputs[OWNER] as string | undefined);
    this.#ownedSince = outputs[OWNED_SINCE] as string | undefined;
    this.#inputs = inputs;
    const adopted = adoptedId(outputs);
    if (adopted !== undefined) {
      this.owner.know(adopted);
      if (this.owner.wanted) session.owners.takeOver(adopted, this.owner);
    }
    this.#tags = [...new Set([held, wanted])].filter((tag) => tag !== undefined);
  }

  /** The keys of a resource that is yet to be made. */
  static ofNew(type: string, kind: Kind, session: Session, inputs: Properties): OwnKeys {
    const { predecessor } = session.owners.of(ownerOf(type, inputs));
    return new OwnKeys(type, kind, session, compact({ [OWNED_SINCE]: predecessor?.lastMadeAt }), inputs);
  }

  /** What the outputs say of which keys are the resource's own, where its first one was made at that time. */
  ownedSince(firstMadeAt: unknown): Properties {
    const { predecessor } = this.owner;
    return compact({ [OWNED_SINCE]: this.#ownedSince ?? (predecessor ? firstMadeAt : undefined) });
  }

  /** Whether keys can be found that a run has lost. */
  get findable(): boolean {
    return this.kind.list !== undefined && this.#tags.length > 0;
  }

  /**
   * What the next run computes again if this one is cut off, so that a server which honours it does not make
   * a second key. The stamp of the key before is in it: no key is asked for under the one of its predecessor.
   */
  async idempotencyKey(): Promise<string | undefined> {
    if (!this.kind.list || this.#ownerName === undefined) return undefined;
    const sent = Object.keys(this.kind.inputs.shape).filter((name) => !NOT_SENT.includes(name));
    const { predecessor } = this.owner;
    const asked = JSON.stringify([this.#ownerName, predecessor?.keySince, pick(this.#inputs, sent)]);
    // Loaded with the first create: a preview, or a run with nothing to do, makes none.
    const { v5: uuidV5 } = await import("uuid");
    return uuidV5(Buffer.from(asked), NAMESPACE);
  }

  /** The keys of the resource that are in no state, so that nobody has their secret. */
  async lost(account: Properties, which: Lost, when: ListedWhen): Promise<readonly string[]> {
    const until = which === "before" ? this.owner.newest : Number.POSITIVE_INFINITY;
    const { keys } = await this.#list(account, when);
    return this.#orphansAmong(keys, Number.NEGATIVE_INFINITY, until);
  }

  /** Those of them that were made in the last so many milliseconds. */
  async lostWithin(milliseconds: number, account: Properties): Promise<readonly string[]> {
    const asked = this.session.ports.now();
    const { keys, at = asked } = await this.#list(account, "now");
    // Times may come in whole seconds, cut off.
    return this.#orphansAmong(keys, at - milliseconds - 2000, Number.POSITIVE_INFINITY);
  }

  /** What a refresh says of the lost keys, so that the next preview speaks of them. */
  async noticed(account: Properties, which: Lost): Promise<readonly string[] | undefined> {
    const ids = await this.#unlessRefused(() => this.lost(account, which, "now"));
    return ids?.length ? ids : undefined;
  }

  /** Throws where the account has no room for one more key because of some that are not the resource's. */
  async requireRoom(account: Properties): Promise<void> {
    await this.kind.requireRoom?.(this.session, account, (id) => this.owner.owns(id));
  }

  /** The keys of the account, in words, that are not the resource's own. */
  async othersInTheWay(account: Properties): Promise<readonly string[]> {
    const others = await this.kind.otherKeys?.(this.session, account, (id) => this.owner.owns(id));
    return others?.map(({ words }) => words) ?? [];
  }

  /**
   * Names what an interrupted run may have left, where nobody but a person can know: keys without a mark that no
   * resource of this run knows and nobody uses.
   *
   * @param since of a resource that stays, those alone that are newer than its own
   */
  async nameUnknown(account: Properties, since: "ever" | "newest"): Promise<void> {
    const after = since === "newest" ? this.owner.newest : Number.NEGATIVE_INFINITY;
    try {
      const others = await this.kind.otherKeys?.(this.session, account, (id) => this.owner.knows(id));
      const unknown = others?.filter(
        (key) => !isInUse(key) && (key.createdAt === undefined || Date.parse(key.createdAt) > after),
      );
      if (unknown?.length)
        this.warn(
          `its user has ${unknown.map(({ words }) => words).join(" and ")}: a key that no stack and nobody else knows was left behind by an interrupted run; delete it`,
        );
    } catch (error) {
      this.warn(`it is not known whether an interrupted run left keys behind: ${messageOf(error)}`);
    }
  }

  warnOfSweep(ids: unknown): void {
    this.warn(`an interrupted run left keys behind, which are deleted: ${ids}`);
  }

  /**
   * Whether another resource has taken the key over, or the one that takes the place of this: it is deleted there, when its
   * time has come.
   */
  isTakenOver(id: string): boolean {
    const heir = this.session.owners.heirOf(id);
    return heir !== undefined && (heir !== this.owner || heir.hasAdopted(id));
  }

  /** Deletes a key, for a reason that its audit event has. */
  async remove(id: string, outputs: Properties, reason: string): Promise<void> {
    await this.events.step("retired", { keyId: id, step: "delete", reason }, async () => {
      if (await this.kind.callerNeeds?.(this.session, id, outputs)) throw ownCredential(id);
      await this.kind.delete(this.session, id, outputs);
    });
    this.owner.know(id);
  }

  /** Deletes the lost keys. Who may not list keys is told so, and has none deleted. */
  async sweep(account: Properties, which: Lost, when: ListedWhen = "sinceStart"): Promise<void> {
    const ids = await this.#unlessRefused(
      () => this.lost(account, which, when),
      (reason) => this.warn(`it is not known whether an interrupted run left keys behind: ${reason}`),
    );
    for (const id of ids ?? []) {
      await this.remove(id, account, "an interrupted run left it behind");
      this.warn(`key ${id}, which an interrupted run had left behind, was deleted`);
    }
  }

  /** The same after a success, which a failure of this does not turn into a failure: another run does it then. */
  async trySweep(account: Properties, when?: ListedWhen): Promise<void> {
    try {
      await this.sweep(account, "before", when);
    } catch (error) {
      this.warn(`what an interrupted run may have left behind is still there: ${messageOf(error)}`);
    }
  }

  warn(message: string): void {
    this.session.ports.warn(`${this.#name}: ${message.replace(/\.$/, "")}.`);
  }

  async #list(account: Properties, when: ListedWhen): Promise<Listing> {
    const listing = this.findable ? await this.kind.list?.(this.session, account, when) : undefined;
    return listing ?? { keys: [], at: undefined };
  }

  #orphansAmong(keys: Listing["keys"], after: number, until: number): readonly string[] {
    const ownedSince = this.#ownedSince === undefined ? after : Date.parse(this.#ownedSince);
    const { ids, inUse } = findOrphans(keys, {
      tags: this.#tags,
      isKnown: (id) => this.owner.knows(id),
      after: Math.max(after, ownedSince),
      until,
    });
    for (const { id, lastUsedAt } of inUse)
      this.warn(`key ${id} has its tag and is in no state; it stays, because it was used at ${lastUsedAt}`);
    return ids;
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
