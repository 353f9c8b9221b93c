import type * as z from "zod";
import { IamKeysError } from "../errors.ts";
import { overlapping } from "../kinds/fields.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Decision } from "../rotation/decision.ts";
import { parseDuration } from "../rotation/duration.ts";
import {
  isAskedFor,
  type OldKey,
  type Outlook,
  type Reason,
  reasonsText,
  retirementText,
  supersededText,
} from "../rotation/outlook.ts";
import {
  DEFAULT_OVERLAP,
  type RetirementPolicy,
  type RetirementStep,
  retirementStep,
  USE_TOLD_WITHIN,
} from "../rotation/retirement.ts";
import type { Session } from "../session.ts";
import { UNKNOWN } from "../unknown.ts";
import { ADOPT, adoptedId } from "./adoptedId.ts";
import { checkInputs, type Taking } from "./checkInputs.ts";
import type { Checked, Difference, Found, Lifecycle } from "./contract.ts";
import { asInputs, changedInputs, changedOwner, driftedInputs } from "./difference.ts";
import { earlyParts, earlyTime } from "./jointProblems.ts";
import { decideOn, outputsBehind, policyOutlook, restamped, rotationPolicy } from "./keyDecision.ts";
import { LOST } from "./leftovers.ts";
import { Unsettled, unfinished } from "./makeKey.ts";
import { handedOut, MARK } from "./mark.ts";
import { nameOf, OWNER } from "./ownerInput.ts";
import { OwnKeys } from "./ownKeys.ts";
import { compact, pick } from "./properties.ts";
import { openRevert, type Revert } from "./revertOrder.ts";
import type { HeldKey, PreviousKey, RotatingState } from "./rotatingState.ts";
import { Rotation } from "./rotation.ts";
import { UNSETTLED } from "./unsettled.ts";

const DEFAULT_GRACE = "24h";

/**
 * A resource that holds two keys of a kind, the current one and the one before it, and rotates by update in
 * place: who still uses the previous key goes on working until it is retired.
 */
export class RotatingLifecycle implements Lifecycle {
  readonly #kind: Kind;
  readonly #session: Session;
  readonly #type: string;
  readonly #taking: Taking;
  readonly #names: readonly string[];

  constructor(type: string, kind: Kind, session: Session) {
    this.#type = type;
    this.#kind = kind;
    this.#session = session;
    this.#taking = takenBy(type, kind);
    this.#names = Object.keys(this.#taking.fields);
  }

  async check(olds: Properties, news: Properties): Promise<Checked> {
    const checked = await checkInputs({ ...this.#taking, session: this.#session }, olds, news);
    if (checked.problems.length === 0) this.#warnOfIdlePolicy(checked.inputs);
    return checked;
  }

  /** Whoever says how an old key goes, and not when a new one comes, has forgotten something. */
  #warnOfIdlePolicy(inputs: Properties): void {
    const given = Object.keys(overlapping).filter((name) => inputs[name] !== undefined);
    if (given.length === 0 || inputs.rotate !== undefined || inputs.keepers !== undefined) return;
    new OwnKeys(this.#type, this.#kind, this.#session, {}, inputs).warnOnce(
      `${given.join(" and ")} without rotate: nothing makes a new key but an order (iam-keys:rotateNow). rotate: { every: "90d" } makes one by age`,
    );
  }

  async diff(_id: string, outputs: Properties, inputs: Properties): Promise<Difference> {
    const { current, previous, abandoned } = outputs as RotatingState;
    // Whether a key ends when it should depends on when it was made.
    const held = compact({ createdAt: current?.createdAt, ...outputs });
    const changed = this.#changed(this.#names, held, inputs);
    if (changed.includes(ADOPT)) requireNotOwn(this.#type, adoptedId(inputs), previous, inputs);
    const own = this.#own(outputs, inputs);
    own.owner.isHeld({ mark: outputs[MARK] as string | undefined, chosen: {} });
    const canDeactivate = this.#kind.setActive !== undefined;
    const step =
      previous &&
      retirementStep(previous, retirementPolicy(inputs), canDeactivate, this.#session.ports.now());
    // Keys of another account are another resource.
    const replaces = changed.filter((name) => name === this.#kind.account);
    const revert = replaces.length > 0 ? undefined : this.#openRevert(outputs, inputs);
    const decision = this.#decide(outputs, inputs);
    const outlook = revert
      ? this.#revertOutlook(revert, current, inputs)
      : this.#outlook(outputs, inputs, replaces, decision, step);
    if (outlook?.what === "newKey") own.owner.isRenewed(reasonsText(outlook.reasons));
    if (outlook) own.foretell(outlook);
    if (previous && replaces.length > 0) own.warn(`its previous key ${previous.id} is to be deleted with it`);
    // Until there is a new key, the previous one stays.
    else if (previous && current && !revert)
      this.#warnOfPrevious(own, previous, inputs, decision.reasons, step);
    const lost = [...(abandoned ?? []), ...((outputs[LOST] as string[] | undefined) ?? [])];
    if (lost.length > 0) own.warnOfSweep(lost);
    if (current) own.warnOfLeftAlone(current.id, current, inputs);
    if (previous) warnOfQuarantine(own, previous, inputs);
    if (previous) warnOfExpiry(own, previous, inputs);
    await own.remind({ ...outputs, ...current });
    return {
      replaces,
      updates: [
        ...changed.filter((name) => name !== this.#kind.account),
        ...changedOwner(outputs, inputs),
        ...(outlook?.what === "newKey" ? outputsBehind(outlook.reasons) : []),
        ...(revert ? ["current", "previous"] : step && step !== "keep" ? ["previous"] : []),
        ...(abandoned ? ["abandoned"] : []),
        ...(outputs[LOST] ? [LOST] : []),
      ],
      outlook,
    };
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const id = this.#session.ports.uuid();
    const own = OwnKeys.ofNew(this.#type, this.#kind, this.#session, inputs);
    const rotation = new Rotation(own, {}, inputs, retirementPolicy(inputs));
    try {
      await rotation.renew();
    } catch (error) {
      // What a replacement may have made is on trial, which tells it from all others.
      const isUnsettled = error instanceof Unsettled && !own.owner.predecessor;
      if (!rotation.changed && !isUnsettled) throw error;
      const outputs = { ...this.#outputs(rotation, {}, inputs), ...pick(own.withNextMark({}), [MARK]) };
      throw unfinished(id, compact({ ...handedOut(outputs), [UNSETTLED]: isUnsettled || undefined }), error);
    }
    const tidied = await own.tryTidy({ ...inputs, ...rotation.state.current });
    return { id, outputs: compact({ ...this.#outputs(rotation, {}, inputs), ...tidied }) };
  }

  async read(_id: string, outputs: Properties): Promise<Found | undefined> {
    const { current, previous, abandoned } = outputs as RotatingState;
    const own = this.#own(outputs, outputs);
    const [liveCurrent, livePrevious] = await Promise.all([
      this.#readKey(own, current, outputs),
      this.#readKey(own, previous, outputs),
    ]);
    const noticed = await own.noticed({ ...outputs, ...current });
    const undelivered = liveCurrent ? await own.undelivered({ ...outputs, ...liveCurrent }) : [];
    // Forgotten with the resource, a key that was made in vain would never be deleted.
    if (!liveCurrent && !livePrevious && !abandoned && !noticed[LOST]) return undefined;
    const drifted = driftedInputs(this.#kind, this.#kindUpdatable(), current ?? {}, liveCurrent ?? {});
    const found = compact({
      ...outputs,
      ...pick(liveCurrent ?? {}, drifted),
      current: liveCurrent && compact({ ...liveCurrent, ...pick({}, undelivered) }),
      previous: livePrevious,
      ...noticed,
    });
    return {
      outputs: found,
      inputs: drifted.length > 0 ? asInputs(this.#kind, this.#names, found) : undefined,
    };
  }

  async update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    return this.#run(id, outputs, inputs, async (own, rotation) => {
      await this.#advance(own, rotation, outputs, inputs);
      await rotation.updateCurrent(outputs, inputs);
    });
  }

  /**
   * Rotates now, whatever is due, and keeps the key that is current until now for as long as it takes to be
   * called again: for who calls only when there is to be a new key.
   */
  async rotate(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    return this.#run(id, outputs, inputs, async (own, rotation) => {
      own.owner.isRenewed("it was asked for");
      await rotation.supersede("its overlap is over");
    });
  }

  async delete(_id: string, outputs: Properties): Promise<void> {
    const own = this.#own(outputs, outputs);
    const state = outputs as RotatingState;
    await new Rotation(own, state, outputs, retirementPolicy(outputs)).removeAll();
    // A replacement has tidied up when it was made.
    if (!own.owner.wanted) await own.tidy({ ...outputs, ...state.current });
  }

  /** Changes the keys, and gives the outputs after that; what a failure leaves half done, it says. */
  async #run(
    id: string,
    outputs: Properties,
    inputs: Properties,
    work: (own: OwnKeys, rotation: Rotation) => Promise<void>,
  ): Promise<Properties> {
    const own = this.#own(outputs, inputs);
    const rotation = new Rotation(own, outputs as RotatingState, inputs, retirementPolicy(inputs));
    const { abandoned } = outputs as RotatingState;
    // What may have been delivered is in use, perhaps, until there is another key; unless that one needs its place.
    const isRead = this.#kind.isDelivered?.(outputs) && this.#kind.requireRoom === undefined;
    try {
      if (!isRead) await rotation.clear(abandoned);
      await work(own, rotation);
      if (isRead) await rotation.clear(abandoned);
    } catch (error) {
      if (!rotation.changed) throw error;
      // Without a new key with the inputs of the last run, so that the next one sees what this one did not come to.
      throw unfinished(id, this.#outputs(rotation, outputs, rotation.renewed ? inputs : outputs), error);
    }
    const tidied = await own.tryTidy({ ...inputs, ...rotation.state.current });
    return compact({ ...this.#outputs(rotation, outputs, inputs), ...tidied });
  }

  /** One step: a new key where one is asked for and there is room, else the previous key's retirement. */
  async #advance(own: OwnKeys, rotation: Rotation, outputs: Properties, inputs: Properties): Promise<void> {
    const { current, previous } = rotation.state;
    const revert = this.#openRevert(outputs, inputs);
    if (revert) return rotation.revert(revert);
    const { reasons } = this.#decide(outputs, inputs);
    if (reasons.length > 0) own.owner.isRenewed(reasonsText(reasons));
    // Until there is a new key, the previous one is the only one that anybody can have.
    if (!current) return rotation.renew();
    if (previous && isAskedFor(reasons)) {
      own.warn(`its previous key ${previous.id} is ${supersededText(false)}`);
      return rotation.supersede("a new key was ordered");
    }
    await rotation.retirePrevious();
    if (reasons.length === 0) return;
    const { previous: kept } = rotation.state;
    if (kept) return own.foretell(heldByPrevious(kept, reasons));
    await rotation.renew();
  }

  /** Whether there is to be a new key. */
  #decide(outputs: Properties, inputs: Properties): Decision {
    const { current } = outputs as RotatingState;
    if (!current) return { reasons: [{ because: "keyMissing" }], held: undefined };
    const held = { createdAt: current.createdAt, ...outputs };
    const changed = this.#changesKey(outputs, inputs);
    const decision = decideOn(this.#kind, this.#session.ports, held, inputs, changed);
    const lost = this.#lostOutputs(current, outputs);
    if (lost.length === 0) return decision;
    return { reasons: [{ because: "secretMissing", outputs: lost }, ...decision.reasons], held: undefined };
  }

  #outlook(
    outputs: Properties,
    inputs: Properties,
    replaces: readonly string[],
    { reasons, held }: Decision,
    step: RetirementStep | undefined,
  ): Outlook | undefined {
    const { current, previous } = outputs as RotatingState;
    if (replaces.length > 0) {
      const old = current && ({ id: current.id, fate: "replaced" } as const);
      return { what: "newKey", reasons: [{ because: "changed", inputs: replaces }], old };
    }
    if (reasons.length === 0)
      return held ? { what: "held", held } : policyOutlook(this.#kind, outputs, inputs);
    if (current && previous && !isAskedFor(reasons) && step !== "delete")
      return heldByPrevious(previous, reasons);
    const old = current && this.#oldKey(current, inputs);
    return { what: "newKey", reasons, old };
  }

  #openRevert(outputs: Properties, inputs: Properties): Revert | undefined {
    return openRevert(this.#type, this.#kind, this.#session.ports, outputs, inputs);
  }

  #revertOutlook({ token, previous }: Revert, current: HeldKey | undefined, inputs: Properties): Outlook {
    const old = current && this.#oldKey(current, inputs);
    return { what: "revert", token, id: previous.id, old };
  }

  #oldKey({ id, status }: HeldKey, inputs: Properties): OldKey {
    return { id, isInactive: status === "Inactive", fate: this.#fate(inputs) };
  }

  /** What becomes of the current key when there is a new one. */
  #fate(inputs: Properties): OldKey["fate"] {
    const { overlap, undo, unlessUsedWithin, onceCurrentUsed } = retirementPolicy(inputs);
    const overlapMs = parseDuration(overlap);
    if (undo || overlapMs === undefined) return "kept";
    if (overlapMs === 0) return "cutOff";
    const keepsWorkingUntil = this.#session.ports.now() + overlapMs;
    return { keepsWorkingUntil, orLonger: unlessUsedWithin !== undefined || onceCurrentUsed === true };
  }

  /** Says, in the preview too, what the run is to do to a key that somebody may still use. */
  #warnOfPrevious(
    own: OwnKeys,
    previous: PreviousKey,
    inputs: Properties,
    reasons: readonly Reason[],
    step: RetirementStep | undefined,
  ): void {
    const say = (what: string) => own.warn(`its previous key ${previous.id} is to be ${what}`);
    if (isAskedFor(reasons)) say(supersededText(this.#kind.requireRoom !== undefined));
    else if (step && step !== "keep") say(retirementText(step, previous, retirementPolicy(inputs)));
  }

  /** The keys of the resource, with those that its state has marked as known. */
  #own(outputs: Properties, inputs: Properties): OwnKeys {
    const own = new OwnKeys(this.#type, this.#kind, this.#session, outputs, inputs);
    const { current, previous, abandoned = [] } = outputs as RotatingState;
    for (const key of [previous, current]) if (key) own.holds(key.id, key[MARK]);
    for (const id of abandoned) own.owner.know(id);
    return own;
  }

  /** The outputs after a rotation, finished or not: what the inputs say, and what is really held. */
  #outputs({ state }: Rotation, outputs: Properties, inputs: Properties): Properties {
    return compact({
      // Of a key that may come late it is to be known for as long as there is no other.
      ...(state.current ? {} : pick(outputs, [UNSETTLED])),
      ...pick(outputs, [LOST]),
      ...pick(inputs, this.#names),
      ...pick({ ...outputs, ...inputs }, [OWNER]),
      ...state,
      ...restamped(this.#kind, { createdAt: state.current?.createdAt, ...state }, inputs),
    });
  }

  /** The inputs that differ and ask for a new key. */
  #changesKey(olds: Properties, inputs: Properties): string[] {
    const names = this.#kind.replaceOn.filter((name) => name !== this.#kind.account);
    return this.#changed(names, olds, inputs);
  }

  /** The inputs that differ. That it is to adopt the key which is its current one asks for nothing. */
  #changed(names: readonly string[], outputs: Properties, inputs: Properties): string[] {
    const { current } = outputs as RotatingState;
    return changedInputs(this.#kind, names, outputs, inputs).filter(
      (name) => name !== ADOPT || current === undefined || adoptedId(inputs) !== current.id,
    );
  }

  #kindUpdatable(): string[] {
    return Object.keys(this.#kind.inputs.shape).filter((name) => !this.#kind.replaceOn.includes(name));
  }

  /** The outputs without which the secrets of the key are nowhere any more where somebody could read them. */
  #lostOutputs(current: HeldKey, outputs: Properties): readonly string[] {
    if (!this.#kind.isDelivered?.({ ...outputs, ...current })) return [];
    const needed = this.#kind.needed?.({ ...outputs, ...current }) ?? [];
    return needed.filter((name) => current[name] === undefined);
  }

  async #readKey<Key extends HeldKey | PreviousKey>(
    { kind, session }: OwnKeys,
    key: Key | undefined,
    outputs: Properties,
  ): Promise<Key | undefined> {
    const owned = { ...pick(outputs, [OWNER, "tagDescription"]), ...key };
    const live = key && (await kind.read(session, key.id, owned));
    // Made active again elsewhere, it is in its overlap once more: somebody needs it.
    const isReactivated = kind.setActive !== undefined && live?.status === "Active";
    const since = isReactivated ? { inactiveSince: undefined } : {};
    return live && (compact({ ...key, ...compact(live), ...since }) as Key);
  }
}

/** A new key would take the place of the one that the program asks for. */
function requireNotOwn(
  type: string,
  adopted: string | undefined,
  previous: PreviousKey | undefined,
  inputs: Properties,
): void {
  if (adopted === undefined || adopted !== previous?.id) return;
  throw new IamKeysError(
    "INVALID_ARGUMENT",
    `adopt.id names ${adopted}, which is the previous key of ${nameOf(type, inputs)} itself.`,
    {
      hint: "Nothing was changed. To go back to that key, remove adopt and order it with iam-keys:revertNow.",
    },
  );
}

/** Somebody made the previous key inactive before its time: whoever holds it is to learn why it is refused. */
function warnOfQuarantine(
  own: OwnKeys,
  { id, status, inactiveSince }: PreviousKey,
  inputs: Properties,
): void {
  if (status !== "Inactive" || inactiveSince !== undefined || inputs.status === "Inactive") return;
  own.warn(`its previous key ${id} is inactive, and stays so: whoever still uses it is refused`);
}

/** Its overlap got longer, or it was replaced late: the API refuses it before the policy is done with it. */
function warnOfExpiry(
  own: OwnKeys,
  { id, replacedAt, expiresAt }: PreviousKey & Properties,
  inputs: Properties,
): void {
  const { overlap } = retirementPolicy(inputs);
  const overlapEnds = Date.parse(replacedAt) + (parseDuration(overlap) ?? 0);
  if (typeof expiresAt === "string" && Date.parse(expiresAt) < overlapEnds)
    own.warnOnce(`its previous key ${id} expires at ${expiresAt}, before its overlap (${overlap}) is over`);
}

/** The inputs of a rotating resource of that kind. */
export function takenBy(type: string, kind: Kind): Taking {
  return {
    type,
    kind,
    fields: { ...kind.inputs.shape, ...overlapping } as Record<string, z.ZodType>,
    problems: (inputs) => [...overlapProblems(kind, inputs), ...useProblems(kind, inputs)],
  };
}

function heldByPrevious(previous: PreviousKey, reasons: readonly Reason[]): Outlook {
  return { what: "held", held: { by: "previous", previousId: previous.id, reasons } };
}

/** How the previous key goes, as the inputs say or as it is without them. */
export function retirementPolicy({ overlap, retire }: Properties): RetirementPolicy {
  const policy = (typeof retire === "object" ? retire : {}) as Partial<RetirementPolicy>;
  const { grace, unlessUsedWithin, onceCurrentUsed } = policy;
  return {
    overlap: typeof overlap === "string" ? overlap : DEFAULT_OVERLAP,
    grace: grace ?? DEFAULT_GRACE,
    unlessUsedWithin,
    onceCurrentUsed,
    undo: retire === "undo",
  };
}

/** Nobody must be told that a key stays while it is used, where no API says whether it is, or says it in time. */
function useProblems(kind: Kind, inputs: Properties): string[] {
  const { overlap, unlessUsedWithin, onceCurrentUsed } = retirementPolicy(inputs);
  if (!kind.lastUse)
    return Object.entries({ unlessUsedWithin, onceCurrentUsed })
      .filter(([, given]) => given !== undefined)
      .map(
        ([name]) =>
          `retire.${name} must be left out: no API tells when a key of ${kind.type} was last used. overlap alone says how long the previous one stays`,
      );
  if (!onceCurrentUsed) return [];
  const within = unlessUsedWithin === undefined ? undefined : parseDuration(unlessUsedWithin);
  return [
    ...(parseDuration(overlap) === 0
      ? [
          `overlap must be longer than nothing with retire.onceCurrentUsed: with "${overlap}" the previous key goes in the run that replaces it`,
        ]
      : []),
    ...(within !== undefined && within < (parseDuration(USE_TOLD_WITHIN) ?? 0)
      ? [
          `retire.unlessUsedWithin (${unlessUsedWithin}) must be at least ${USE_TOLD_WITHIN} with retire.onceCurrentUsed, because an API tells of a use late`,
        ]
      : []),
  ];
}

/** A key must be gone before the next one is due, or there would be three; and not expire before that. */
function overlapProblems(kind: Kind, inputs: Properties): string[] {
  const { every, ...earlier } = rotationPolicy(kind, inputs) ?? {};
  const { overlap, grace } = retirementPolicy(inputs);
  if (every === undefined || [overlap, grace].includes(UNKNOWN)) return [];
  const everyMs = parseDuration(every) ?? 0;
  const dueAt = everyMs - earlyTime(earlier);
  const overlapMs = parseDuration(overlap) ?? 0;
  // Without an overlap the previous key is deleted at once, and is never inactive.
  const stays = overlapMs + (kind.setActive && overlapMs > 0 ? (parseDuration(grace) ?? 0) : 0);
  const parts = kind.setActive
    ? `overlap (${overlap}) and retire.grace (${grace}) together`
    : `overlap (${overlap})`;
  const lifetime = kind.lifetime?.(inputs);
  return [
    ...(stays < dueAt
      ? []
      : [
          `${parts} must be shorter than rotate.every (${every})${["", ...earlyParts(earlier)].join(" less ")}, so that a key is gone before the next one is due`,
        ]),
    ...(lifetime === undefined || everyMs + overlapMs < lifetime
      ? []
      : [
          `rotate.every (${every}) and overlap (${overlap}) together must be shorter than expiresIn (${inputs.expiresIn}), so that no key expires before it is retired`,
        ]),
  ];
}
