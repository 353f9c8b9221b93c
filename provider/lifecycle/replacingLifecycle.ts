import { PartialFailure } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import { type Held, type Outlook, type Reason, reasonsText } from "../rotation/outlook.ts";
import type { Session } from "../session.ts";
import { ADOPT, adoptedId } from "./adoptedId.ts";
import { adoptKey } from "./adoption.ts";
import { checkInputs } from "./checkInputs.ts";
import type { Checked, Difference, Found, Lifecycle } from "./contract.ts";
import { asInputs, changedInputs, changedOwner, driftedInputs } from "./difference.ts";
import { undeliveredOutputs, warnOfFutureAge, warnOfLeftAlone, warnOfSweep } from "./heldWarnings.ts";
import { decideOn, keySince, outputsBehind, policyOutlook, restamped, stampsOfNew } from "./keyDecision.ts";
import { discardVain, noticed, remind, tidy, tryTidy } from "./leftBehind.ts";
import { LEFTOVERS, LOST } from "./leftovers.ts";
import { LeftOver, makeKey, Unsettled, unfinished } from "./makeKey.ts";
import { handedOut, MARK } from "./mark.ts";
import { neededOutputs } from "./neededOutputs.ts";
import { ORDER_OUTPUTS } from "./ordersDone.ts";
import { OWNER } from "./ownerInput.ts";
import { OwnKeys } from "./ownKeys.ts";
import { compact, pick } from "./properties.ts";
import { isUnsettled, UNSETTLED, unsettledId } from "./unsettled.ts";

/** A resource that is one key. A new key is a new resource: the engine makes it first and deletes the old one. */
export class ReplacingLifecycle implements Lifecycle {
  readonly #kind: Kind;
  readonly #session: Session;
  readonly #names: readonly string[];

  constructor(kind: Kind, session: Session) {
    this.#kind = kind;
    this.#session = session;
    this.#names = Object.keys(kind.inputs.shape);
  }

  async check(olds: Properties, news: Properties): Promise<Checked> {
    const { type, inputs } = this.#kind;
    return checkInputs(
      {
        type,
        kind: this.#kind,
        fields: inputs.shape,
        session: this.#session,
        problems: () => [],
      },
      olds,
      news,
    );
  }

  async diff(id: string, outputs: Properties, inputs: Properties): Promise<Difference> {
    const own = this.#own(id, outputs, inputs);
    const { replaceOn, renewal, chosenByApi } = this.#kind;
    const chosen = chosenByApi.filter((name) => name !== ADOPT);
    own.owner.isHeld({
      mark: outputs[MARK] as string | undefined,
      isUnsettled: isUnsettled(id),
      inVain: isInVain(id, outputs) ? { ...outputs, id } : undefined,
      orders: compact(pick(outputs, ORDER_OUTPUTS)),
      chosen: compact(pick(outputs, chosen)),
    });
    const changed = changedInputs(this.#kind, this.#names, outputs, inputs).filter(
      (name) => name !== ADOPT || !own.owner.owns(String(adoptedId(inputs))),
    );
    // A key that was adopted may have come without its secret.
    const needed = adoptedId(outputs) === id ? [] : neededOutputs(this.#kind, outputs);
    const lost = needed.filter((name) => outputs[name] === undefined);
    const coming = renewal?.(outputs, inputs);
    const due = coming && coming.from <= this.#session.ports.now() ? coming : undefined;
    const replacing = changed.filter((name) => replaceOn.includes(name));
    const { reasons: decided, held } = decideOn(this.#kind, this.#session.ports, outputs, inputs, replacing);
    const reasons: Reason[] = [
      ...(lost.length > 0 ? [{ because: "secretMissing", outputs: lost } as const] : []),
      ...decided,
      ...(due ? [{ because: "expiring", words: due.reason } as const] : []),
    ];
    if (reasons.length > 0) own.owner.isRenewed(reasonsText(reasons));
    const outlook = this.#outlook(id, reasons, held) ?? policyOutlook(this.#kind, outputs, inputs);
    // The preview lists the inputs that differ. Where something else is the reason, only these words tell it.
    if (outlook) own.foretell(outlook);
    if (outputs[LOST]) warnOfSweep(own, outputs[LOST]);
    warnOfLeftAlone(own, id, outputs, inputs);
    warnOfFutureAge(own, id, outputs, inputs);
    await remind(own, outputs);
    return {
      replaces: [...replacing, ...outputsBehind(decided), ...lost, ...(due ? [due.property] : [])],
      updates: [
        ...changed.filter((name) => !replaceOn.includes(name)),
        ...changedOwner(outputs, inputs),
        ...(outputs[LOST] ? [LOST] : []),
      ],
      outlook,
    };
  }

  async create(asked: Properties): Promise<{ id: string; outputs: Properties }> {
    const own = OwnKeys.ofNew(this.#kind.type, this.#kind, this.#session, asked);
    // What the program leaves out stays as it was: another caller's choice may be another account.
    const { predecessor } = own.owner;
    const inputs = { ...predecessor?.chosen, ...asked };
    // A new key does not carry out again what was ordered once.
    const stampsSince = (since: number) =>
      restamped(
        this.#kind,
        stampsOfNew(this.#session.ports, inputs, since, predecessor?.orders ?? {}),
        inputs,
      );
    const stamped = { ...inputs, ...stampsSince(this.#session.ports.now()) };
    try {
      const adopted = await adoptKey(own, inputs);
      if (!adopted) await discardVain(own);
      const { id, outputs } = adopted ?? (await makeKey(own, inputs));
      own.events.happened("promoted", { keyId: id });
      // An adopted key is as old as it is.
      const since = adopted && keySince(adopted.outputs);
      const older = since === undefined ? {} : stampsSince(since);
      return { id, outputs: compact({ ...stamped, ...older, ...outputs, ...(await tryTidy(own, outputs)) }) };
    } catch (error) {
      // Without its secret in the state, the next run sees that the key must be replaced.
      if (error instanceof LeftOver) {
        const held = error.mayBeHeld ? stamped : { ...stamped, abandoned: [error.id] };
        throw unfinished(error.id, handedOut(own.withNextMark(held)), error);
      }
      // What a replacement may have made is on trial, which tells it from all others.
      if (error instanceof Unsettled && !own.owner.predecessor) {
        const id = unsettledId(this.#session.ports.uuid());
        throw unfinished(id, { ...own.withNextMark(stamped), [UNSETTLED]: true }, error);
      }
      if (!(error instanceof PartialFailure)) throw error;
      throw unfinished(error.id, compact({ ...stamped, ...error.properties }), error);
    }
  }

  async read(id: string, outputs: Properties): Promise<Found | undefined> {
    const own = this.#own(id, outputs, outputs);
    const unsettled = isUnsettled(id);
    const live = unsettled ? {} : await own.kind.read(this.#session, id, outputs);
    if (!live) return undefined;
    const seen = await noticed(own, outputs);
    if (unsettled && !seen[LOST]) return undefined;
    const missing = unsettled ? [] : await undeliveredOutputs(own, { ...outputs, id });
    const found = compact({ ...outputs, ...live, ...seen, ...pick({}, missing) });
    const drifted = driftedInputs(this.#kind, this.#names, outputs, live);
    return {
      outputs: found,
      inputs: drifted.length > 0 ? asInputs(this.#kind, this.#names, found) : undefined,
    };
  }

  async update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    const own = this.#own(id, outputs, inputs);
    const changed = await own.kind.update(this.#session, id, outputs, {
      ...pick(outputs, [MARK]),
      ...inputs,
    });
    // An input that was taken away leaves no trace; every other output stays.
    const updatable = this.#names.filter((name) => !this.#kind.replaceOn.includes(name));
    const { abandoned: _, [LEFTOVERS]: __, ...kept } = outputs;
    const tidied = await tryTidy(own, outputs);
    return compact({
      ...kept,
      ...pick(inputs, updatable),
      ...compact(pick(inputs, [OWNER])),
      ...restamped(this.#kind, outputs, inputs),
      ...changed,
      ...tidied,
    });
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    const own = this.#own(id, outputs, outputs);
    if (!isUnsettled(id)) {
      await own.retire(
        { ...outputs, id },
        own.owner.wanted ? "another key took its place" : "its resource is deleted",
      );
    }
    // A replacement has tidied up when it was made.
    if (!own.owner.wanted) await tidy(own, outputs);
  }

  #outlook(id: string, reasons: readonly Reason[], held: Held | undefined): Outlook | undefined {
    if (reasons.length === 0) return held && { what: "held", held };
    return { what: "newKey", reasons, old: isUnsettled(id) ? undefined : { id, fate: "replaced" } };
  }

  #own(id: string, outputs: Properties, inputs: Properties): OwnKeys {
    const own = new OwnKeys(this.#kind.type, this.#kind, this.#session, outputs, inputs);
    if (!isUnsettled(id)) own.holds(id, outputs[MARK]);
    return own;
  }
}

/** Whether the key is one that was of no use, could not be deleted when it was made, and was given to nobody. */
function isInVain(id: string, { abandoned }: Properties): boolean {
  return Array.isArray(abandoned) && abandoned.includes(id);
}
