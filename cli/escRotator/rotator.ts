import { IamKeysError, PartialFailure } from "../../provider/errors.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import type { AccountedRotation } from "../../provider/lifecycle/accountedRotation.ts";
import { loadRotation } from "../../provider/lifecycle/loadLifecycle.ts";
import { MARK, parseMark } from "../../provider/lifecycle/mark.ts";
import { OWNER } from "../../provider/lifecycle/ownerInput.ts";
import type { HeldKey, RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Opaque } from "../../provider/opaque.ts";
import type { Ports } from "../../provider/ports.ts";
import { parseDuration } from "../../provider/rotation/duration.ts";
import { Session } from "../../provider/session.ts";
import { Refusal } from "../http/refusal.ts";
import { answerOf, outputsOf } from "./escState.ts";
import { type HandedOut, handedOutLater } from "./laterAnswers.ts";
import type { RotationRequest } from "./rotationRequest.ts";
import type { EscState } from "./stateSchema.ts";

/** How long an answer is given once more to who asks the same again, because the first one was lost on its way. */
const REPEATED_WITHIN_MS = 15 * 60 * 1000;

/** The id of the resource, of which a rotation has one. */
const RESOURCE = "esc";

/** How many calls for the same thing may wait for each other. */
const MOST_IN_LINE = 8;

/** A new key is to be seen within so many looks, a second apart: reads may be late. */
const MOST_LOOKS = 10;

interface Answered {
  readonly bodyHash: string;
  readonly answer: Properties;
  readonly current: HeldKey;
  readonly at: number;
}

/** What a call came to. */
export interface Rotated {
  readonly answer: Properties;
  /** It is the answer of an earlier call, which asked the same. */
  readonly isRepeated: boolean;
}

/** What is remembered of one rotation of one environment. */
interface Memory {
  /** Settles when nobody is at work. */
  last: Promise<unknown>;
  /** How many are at work or wait. */
  inLine: number;
  answered?: Answered | undefined;
  /** The keys that were handed out lately, which a list of the cloud may not show yet. */
  handedOut: readonly (HandedOut & { readonly at: number })[];
  /** Keys of no use that could not be deleted; a rotation that failed leaves them in no state. */
  abandoned?: readonly string[] | undefined;
}

/**
 * The front door of Pulumi ESC: rotates a key. One rotation after the other of the same thing; each is to the
 * lifecycle what a run of a stack is.
 */
export class Rotator extends Opaque {
  readonly #ports: Ports;
  readonly #memories = new Map<string, Memory>();

  constructor(ports: Ports) {
    super();
    this.#ports = ports;
  }

  /**
   * @param environment "organization/project/environment"
   * @param bodyHash by which a request is known that is made again
   * @returns what the environment is to hold from now on
   */
  async rotate(environment: string, request: RotationRequest, bodyHash: string): Promise<Rotated> {
    // The colon keeps it apart from every stack's "project/stack/name".
    const owner = `${RESOURCE}:${environment}/${request.name}`;
    this.#forget();
    const memory = this.#memories.get(owner) ?? { last: Promise.resolve(), inLine: 0, handedOut: [] };
    if (memory.inLine >= MOST_IN_LINE)
      throw new Refusal(503, `${MOST_IN_LINE} calls for ${owner} wait already, so nothing was done.`, 30);
    this.#memories.set(owner, memory);
    memory.inLine += 1;
    const turn = memory.last
      .then(() => this.#inTurn(owner, request, bodyHash, memory))
      .finally(() => {
        memory.inLine -= 1;
      });
    memory.last = turn.catch(() => {});
    return turn;
  }

  async #inTurn(owner: string, request: RotationRequest, bodyHash: string, memory: Memory): Promise<Rotated> {
    const { answered } = memory;
    if (answered?.bodyHash === bodyHash && (await this.#exists(request.kind, answered.current)))
      return { answer: answered.answer, isRepeated: true };
    const outputs = await this.#rotated(owner, request, memory);
    const answer = answerOf(request.kind, outputs);
    const { current } = outputs as RotatingState;
    if (current) this.#remember(memory, bodyHash, answer, current);
    return { answer, isRepeated: false };
  }

  #remember(memory: Memory, bodyHash: string, answer: Properties, current: HeldKey): void {
    const at = this.#ports.now();
    memory.answered = { bodyHash, answer, current, at };
    const mark = parseMark(current[MARK]);
    if (!mark) return;
    const { id, createdAt } = current;
    memory.handedOut = [...memory.handedOut, { id, createdAt, mark, at }];
  }

  async #rotated(owner: string, request: RotationRequest, memory: Memory): Promise<Properties> {
    const { kind, args, state } = request;
    requireOwnState(owner, request);
    const session = new Session(this.#ports);
    // The rotator's own settings: what is wrong with them is no fault of the request.
    void session.audit;
    kind.checkSettings(session);
    const lifecycle = await loadRotation(kind.type, session);
    const { inputs, problems } = await lifecycle.check({}, { ...args, owner });
    if (problems.length > 0)
      throw new Refusal(400, problems.map((problem) => `request.${problem}`).join("; "));
    try {
      const outputs = state
        ? await this.#renewed(session, lifecycle, request, state, inputs, memory)
        : withAbandoned((await lifecycle.create(inputs)).outputs, memory.abandoned);
      memory.abandoned = undefined;
      await this.#requireThere(kind, outputs);
      return outputs;
    } catch (error) {
      if (error instanceof PartialFailure) {
        const { abandoned } = error.properties as RotatingState;
        memory.abandoned = withAbandoned({ abandoned }, memory.abandoned).abandoned as string[] | undefined;
      }
      throw error;
    }
  }

  async #renewed(
    session: Session,
    lifecycle: AccountedRotation,
    { kind, overlap }: RotationRequest,
    state: EscState,
    inputs: Properties,
    memory: Memory,
  ): Promise<Properties> {
    // What the state says of its keys is not to be believed: the API knows which exist, and whose they are.
    const found = await lifecycle.read(RESOURCE, outputsOf(state, String(inputs.owner)));
    const outputs = found?.outputs ?? { owner: inputs.owner, keySince: state.rotatedAt };
    requireOneAccount(kind, inputs, outputs);
    requireOverlap(outputs, overlap, this.#ports.now());
    const account = inputs[kind.account] ?? (outputs as RotatingState).current?.[kind.account];
    // Those alone that the state has: another key on trial may be another rotator's, which is about to hand it out.
    const abandoned = await keysOf(kind, session, account, state.rotation?.abandoned);
    const own = await this.#withoutHandedOut(session, kind, { ...outputs, abandoned }, inputs, memory);
    return lifecycle.rotate(RESOURCE, withAbandoned(own, memory.abandoned), inputs);
  }

  /** The outputs without the keys that a later answer has handed out: those are not this state's to delete. */
  async #withoutHandedOut(
    session: Session,
    kind: Kind,
    outputs: Properties,
    inputs: Properties,
    { handedOut }: Memory,
  ): Promise<Properties> {
    const later = await handedOutLater(session, kind, outputs, inputs, handedOut);
    if (later.size === 0) return outputs;
    this.#ports.warn(
      `${inputs[OWNER]}: key ${[...later].join(" and ")} stays, because a later answer than the state that came has handed it out.`,
    );
    const { previous, abandoned } = outputs as RotatingState;
    return {
      ...outputs,
      previous: previous && later.has(previous.id) ? undefined : previous,
      abandoned: abandoned?.filter((id) => !later.has(id)),
    };
  }

  /**
   * Throws where the new key is not there: a server may answer with one that is gone, and another rotator that saw it on
   * trial may have taken it for lost.
   */
  async #requireThere(kind: Kind, outputs: Properties): Promise<void> {
    const { current } = outputs as RotatingState;
    if (!current) return;
    for (let look = 1; !(await this.#exists(kind, current)); look++) {
      if (look === MOST_LOOKS)
        throw new IamKeysError(
          "VERIFICATION_FAILED",
          `The new key ${current.id} is not among the keys of its account, so it is not handed out.`,
          { hint: "Rotate once more." },
        );
      await this.#ports.sleep(1_000);
    }
  }

  async #exists(kind: Kind, key: HeldKey): Promise<boolean> {
    return (await kind.read(new Session(this.#ports), key.id, key)) !== undefined;
  }

  /** Nothing is kept of what nobody asks for any more. */
  #forget(): void {
    const oldest = this.#ports.now() - REPEATED_WITHIN_MS;
    for (const [owner, memory] of this.#memories) {
      if (memory.answered && memory.answered.at < oldest) memory.answered = undefined;
      memory.handedOut = memory.handedOut.filter(({ at }) => at >= oldest);
      const { answered, handedOut, abandoned, inLine } = memory;
      if (!answered && handedOut.length === 0 && !abandoned && inLine === 0) this.#memories.delete(owner);
    }
  }
}

function withAbandoned(outputs: Properties, more: readonly string[] = []): Properties {
  const ids = new Set([...((outputs as RotatingState).abandoned ?? []), ...more]);
  return { ...outputs, abandoned: ids.size > 0 ? [...ids] : undefined };
}

/** Those of the keys that are the account's. */
async function keysOf(
  kind: Kind,
  session: Session,
  account: unknown,
  ids: readonly string[] = [],
): Promise<readonly string[]> {
  const found = await Promise.all(ids.map((id) => kind.read(session, id, { [kind.account]: account })));
  return ids.filter((_, index) => {
    const live = found[index];
    return live && (live[kind.account] ?? account) === account;
  });
}

/** A copy of an environment has the keys of the original in its state, which it must not delete. */
function requireOwnState(owner: string, { kind, state }: RotationRequest): void {
  const { rotation } = state ?? {};
  if (!rotation || (rotation.owner === owner && rotation.kind === kind.type)) return;
  throw new Refusal(
    409,
    `The state holds keys of ${rotation.kind} that belong to ${rotation.owner}, not of ${kind.type} that belong to ${owner}. Take the state out of the environment's definition, and the next rotation begins with new keys.`,
  );
}

function requireOneAccount(kind: Kind, inputs: Properties, outputs: Properties): void {
  const { current, previous } = outputs as RotatingState;
  const accounts = [inputs, current, previous].map((each) => each?.[kind.account]).filter(Boolean);
  if (new Set(accounts).size <= 1) return;
  throw new Refusal(
    409,
    `The state holds a key of another account than request.${kind.account} says. Keys of another account are another rotation: give it a request.name and no state of its own.`,
  );
}

function requireOverlap(outputs: Properties, overlap: string | undefined, now: number): void {
  const { previous } = outputs as RotatingState;
  if (!previous || overlap === undefined) return;
  const end = Date.parse(previous.replacedAt) + (parseDuration(overlap) ?? 0);
  if (now >= end) return;
  throw new Refusal(
    409,
    `Key ${previous.id} was replaced at ${previous.replacedAt} and stays for request.overlap (${overlap}), so nothing was rotated. Rotate after ${new Date(end).toISOString()}.`,
  );
}
