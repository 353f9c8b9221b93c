import { parseDuration } from "../provider/rotation/duration.ts";
import { Guard, type Party } from "./guard.ts";
import type { Ending } from "./history.ts";
import { type Look, namedBy, type Touch } from "./invariants.ts";
import { KeyLedger } from "./keyLedger.ts";
import type { Landmark } from "./landmarks.ts";
import { Begun } from "./rotatingKinds.ts";
import { type Scenario, unsureOverlap } from "./scenario.ts";
import { SimulatedConsumer } from "./simulatedConsumer.ts";
import type { Run, Stored } from "./stack.ts";
import { momentText } from "./words.ts";
import type { World } from "./world.ts";

/** The name of the party whose life is simulated. */
export const OURS = "the stack";

/** A stack with its consumers, and all that is seen of it and of those beside it. */
export class Watched extends Begun implements Party {
  readonly scenario: Scenario;
  readonly name = OURS;
  readonly consumers: readonly SimulatedConsumer[];
  readonly ledger = new KeyLedger();
  readonly broken: string[] = [];
  readonly reached = new Set<Landmark>();
  /** Keys that are gone or inactive, and of which the state cannot know that. */
  readonly goneUnseen = new Set<string>();
  /** Keys of the resource that no state may know of, because a run was cut off or a state put back. */
  readonly leftOver = new Set<string>();
  readonly guard: Guard;
  /** Whether a person asked for a new key that no run has made yet. */
  ordered = false;
  /** Whether the program asks for the previous key to be brought back. */
  undo = false;
  /** Whether the program still calls the AWS user by a name that is no longer so. */
  isRenamed = false;
  /** How much of an overlap can be lost to clocks that differ, and to a run that stood still, in milliseconds. */
  readonly #unsure: number;
  #generation = 0;

  constructor(scenario: Scenario, world: World, others: readonly Party[]) {
    super(scenario.kind, world, { ...scenario.policy });
    this.scenario = scenario;
    this.consumers = scenario.delays.map((delay) => new SimulatedConsumer(delay));
    this.#unsure = unsureOverlap(scenario.happenings);
    this.guard = new Guard(
      world,
      [this, ...others],
      (id) => this.#consumersOf(id),
      (sentence) => this.note(sentence),
    );
  }

  get holds(): Party["holds"] {
    const [current, ...others] = this.ids;
    return { current, others: others.filter((id) => id !== undefined) };
  }

  get asked(): Touch["asked"] {
    return [
      ...(this.ordered ? (["previous"] as const) : []),
      ...(parseDuration(this.scenario.policy.overlap) === 0 ? (["current"] as const) : []),
      ...(this.undo ? (["reactivation"] as const) : []),
    ];
  }

  /** A person asks for a new key. */
  order(): void {
    this.#generation += 1;
    this.ordered = true;
  }

  /** A run of the program as it is now. */
  step(): Promise<Run> {
    return this.run({
      keepers: { generation: String(this.#generation) },
      ...(this.undo ? { retire: "undo" } : {}),
    });
  }

  /**
   * Goes on with an earlier state, and with the program that it is of. All that was done since then is as if somebody
   * had done it by hand.
   */
  goBack(state: Stored | undefined): void {
    if (!state) return;
    [this.stack.stored, this.stack.pending] = [state, []];
    const { keepers } = state.inputs as { readonly keepers?: { readonly generation?: string } };
    this.#generation = Number(keepers?.generation ?? 0);
    this.ordered = false;
    const look = this.look();
    const named = namedBy(look);
    const working = look.ours.filter(({ status }) => status !== "Inactive").map(({ id }) => id);
    this.ledger.excuse([...look.ours.map(({ id }) => id), ...named]);
    for (const id of named) if (!working.includes(id)) this.goneUnseen.add(id);
    for (const { id } of look.ours) if (!named.includes(id)) this.leftOver.add(id);
    this.observe("hand");
  }

  look(): Look {
    this.guard.look();
    return {
      ours: this.world.iam.keys().filter(({ id }) => this.guard.makerOf(id) === OURS),
      current: this.current?.id,
      previous: this.previous?.id,
      abandoned: this.abandoned,
      mark: this.stack.stored?.outputs.mark as string | undefined,
    };
  }

  /** Writes down what there is; `by` says what ended a key that works no more. */
  observe(by: Ending): void {
    const look = this.look();
    this.ledger.observe(look, Date.now(), by);
    const named = namedBy(look);
    this.ledger.excuse(look.ours.map(({ id }) => id).filter((id) => this.undo || !named.includes(id)));
  }

  #consumersOf(id: string): number[] {
    const now = Date.now();
    const replacedAt = this.ledger.replacedAt(id) ?? Number.POSITIVE_INFINITY;
    const overlap = (parseDuration(this.scenario.policy.overlap) ?? 0) - this.#unsure;
    if (now >= replacedAt + overlap) return [];
    return this.consumers.flatMap((consumer, index) => (consumer.needs(id, now) ? [index + 1] : []));
  }

  note(sentence: string): void {
    this.broken.push(`${momentText(Date.now())}: ${sentence}.`);
  }
}
