import { IamKeysError, PartialFailure } from "../../provider/errors.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { loadRotation } from "../../provider/lifecycle/loadLifecycle.ts";
import type { HeldKey, RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Opaque } from "../../provider/opaque.ts";
import type { Ports } from "../../provider/ports.ts";
import { Session } from "../../provider/session.ts";
import { Refusal } from "../http/refusal.ts";
import { withAbandoned } from "./abandonedKeys.ts";
import { requireOwnState } from "./conflicts.ts";
import { answerOf } from "./escState.ts";
import { Memories, type Memory, rememberAnswer } from "./memories.ts";
import { provenState, RESOURCE } from "./provenState.ts";
import type { RotationRequest } from "./rotationRequest.ts";

/** How many calls for the same rotation may wait for each other. */
const MOST_IN_LINE = 8;

/** Reads may be late. A new key must be visible after so many looks, one second apart. */
const MOST_LOOKS = 10;

/** What became of a call. */
export interface Rotated {
  readonly answer: Properties;
  /** Whether it is the answer to an earlier call, which asked the same. */
  readonly isRepeated: boolean;
}

/**
 * The front door of Pulumi ESC: rotates a key. Calls for the same rotation run one after the other. To the lifecycle,
 * each is like a run of a stack.
 */
export class Rotator extends Opaque {
  readonly #ports: Ports;
  readonly #memories = new Memories();

  constructor(ports: Ports) {
    super();
    this.#ports = ports;
  }

  /**
   * @param environment "organization/project/environment"
   * @param bodyHash recognizes a request that is repeated
   * @returns what the environment holds from now on
   */
  async rotate(environment: string, request: RotationRequest, bodyHash: string): Promise<Rotated> {
    // The colon tells it from every stack's "project/stack/name".
    const owner = `${RESOURCE}:${environment}/${request.name}`;
    this.#memories.forgetBefore(this.#ports.now());
    const memory = this.#memories.of(owner);
    if (memory.inLine >= MOST_IN_LINE)
      throw new Refusal(503, `${MOST_IN_LINE} calls for ${owner} wait already, so nothing was done.`, 30);
    this.#memories.keep(owner, memory);
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
    if (current) rememberAnswer(memory, bodyHash, answer, current, this.#ports.now());
    return { answer, isRepeated: false };
  }

  async #rotated(owner: string, request: RotationRequest, memory: Memory): Promise<Properties> {
    const { kind, args, state } = request;
    requireOwnState(owner, request);
    const session = new Session(this.#ports);
    // These two read the rotator's own settings. If they are wrong, it is not the fault of the request.
    void session.audit;
    kind.checkSettings(session);
    const lifecycle = await loadRotation(kind.type, session);
    const { inputs, problems } = await lifecycle.check({}, { ...args, owner });
    if (problems.length > 0)
      throw new Refusal(400, problems.map((problem) => `request.${problem}`).join("; "));
    try {
      const held = state && (await provenState(session, lifecycle, request, state, inputs, memory));
      const outputs = held
        ? await lifecycle.rotate(RESOURCE, held, inputs)
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

  /**
   * Throws if the new key does not exist. A server may answer with a key that is gone. Another rotator that saw it on trial
   * may have taken it for lost.
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
}
