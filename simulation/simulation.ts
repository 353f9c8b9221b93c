import type { LocalCredential } from "../local/iam/index.ts";
import { parseDuration } from "../provider/rotation/duration.ts";
import { isInWindow } from "../provider/rotation/window.ts";
import { isAccepted } from "./consumer.ts";
import type { FaultAt, Happening } from "./happenings.ts";
import type { Ages, ConsumerLife, Ending, History, KeyLife, Refusal, RunRecord } from "./history.ts";
import { brokenBy, type Look, namedBy } from "./invariants.ts";
import { KeyLedger } from "./keyLedger.ts";
import { oldestAllowed, type Policy } from "./oldestAllowed.ts";
import { planFault } from "./planFault.ts";
import { Begun, type RotatingKind } from "./rotatingKinds.ts";
import { SimulatedConsumer } from "./simulatedConsumer.ts";
import { Stack } from "./stack.ts";
import { WaitsSeen } from "./waitsSeen.ts";
import { durationText, momentText } from "./words.ts";
import { SECOND, startWorld, type World } from "./world.ts";

export interface Scenario {
  readonly kind: RotatingKind;
  readonly policy: Policy;
  /** How long each consumer goes on with a key that was replaced, in milliseconds. */
  readonly delays: readonly number[];
  /** In the order of their moments. */
  readonly happenings: readonly Happening[];
  /** In milliseconds. */
  readonly lasts: number;
}

/** The policy is one that the provider does not take. */
export class PolicyRefused extends Error {
  override readonly name = "PolicyRefused";
}

const BEGIN = Date.parse("2026-01-01T09:00:00Z");
/** A signature is refused whose time is further off than some minutes. */
const HARMLESS_SKEW = 60 * SECOND;

/** Lives through a scenario: the real lifecycle, against a real server, on a virtual clock. */
export async function simulate(scenario: Scenario): Promise<History> {
  await using simulation = new Simulation(scenario, await startWorld({ startsAt: BEGIN }));
  await simulation.begin();
  for (const happening of scenario.happenings) await simulation.meet(happening);
  return simulation.end();
}

class Simulation extends Begun {
  readonly #scenario: Scenario;
  readonly #consumers: readonly SimulatedConsumer[];
  readonly #neighbour: string;
  readonly #ledger = new KeyLedger();
  readonly #waits = new WaitsSeen(BEGIN);
  readonly #runs: RunRecord[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #broken: string[] = [];
  readonly #goneUnseen = new Set<string>();
  readonly #foreignIds = new Set<string>();
  #keyInTheWay: Stack | undefined;
  #generation = 0;
  /** Whether a person asked for a new key that no run has made yet. */
  #ordered = false;
  #orphans = 0;

  constructor(scenario: Scenario, world: World) {
    super(scenario.kind, world, { ...scenario.policy });
    this.#scenario = scenario;
    this.#consumers = scenario.delays.map((delay) => new SimulatedConsumer(delay));
    this.#neighbour = scenario.kind.neighbourOf(world);
  }

  /** From the beginning there is a key of somebody else, not to be touched. */
  async begin(): Promise<void> {
    await this.#makeForeignKey(this.#neighbour);
  }

  async meet(happening: Happening): Promise<void> {
    this.#waitUntil(BEGIN + happening.at);
    switch (happening.what) {
      case "run":
        return this.#meetRun(happening.fault, happening.ordered ?? false);
      case "missedRun":
        this.#runs.push({ at: Date.now(), outcome: "missed", faulty: false, requests: 0 });
        return;
      case "refresh":
        await this.stack.refresh();
        return this.#observe("hand");
      case "use":
        return this.#use(happening.consumer);
      case "removeCurrent":
        this.#waits.detour();
        return this.#removeByHand(this.current?.id);
      case "removePrevious":
        return this.#removeByHand(this.previous?.id);
      case "makeForeignKey":
        return this.#makeKeyInTheWay();
      case "deleteForeignKey":
        await this.#keyInTheWay?.destroy();
        this.#keyInTheWay = undefined;
        return;
      case "skew":
        this.world.skew = happening.by;
        return this.#waits.skew(happening.by);
    }
  }

  end(): History {
    this.#waitUntil(BEGIN + this.#scenario.lasts);
    const now = Date.now();
    const { policy, kind, delays } = this.#scenario;
    const keys = this.#ledger.lives(now);
    const waits = this.#waits.by(now, Math.max(0, ...delays));
    const oldest = oldestOf(keys, now);
    const allowed = oldestAllowed(policy, kind.deactivate !== undefined, waits);
    for (const what of ["working", "existing"] as const) {
      if (oldest[what] <= allowed[what]) continue;
      const ages = [oldest, allowed].map((each) => durationText(each[what]));
      this.#note(`the oldest ${what} key is ${ages[0]} old, and the policy allows ${ages[1]}`);
    }
    return {
      from: BEGIN,
      to: now,
      runs: this.#runs,
      keys,
      consumers: this.#consumers.map((consumer, index) => this.#lifeOf(consumer, index, now)),
      refusals: this.#refusals,
      orphans: this.#orphans,
      oldest,
      oldestAllowed: allowed,
      broken: this.#broken,
    };
  }

  async #meetRun(fault: FaultAt | undefined, ordered: boolean): Promise<void> {
    const at = Date.now();
    const before = this.#look();
    if (ordered) {
      this.#generation += 1;
      this.#ordered = true;
      this.#waits.order();
    }
    if (fault) planFault(this.world, this.kind, fault);
    const { did, error, operations } = await this.#step();
    this.world.iam.clearFaults();
    if (did === "refuse" && error) throw new PolicyRefused(error.message);
    if (error) this.#deleteOrphan(error);
    const after = this.#look();
    this.#check(before, after, error, fault !== undefined);
    if (error) this.#forgive(after);
    if (!error) {
      this.#waits.run(at, Date.now(), this.#isInWindow(at));
      if (after.current !== before.current) await this.#expectNoOtherKey();
    }
    this.#runs.push({
      at,
      outcome: error ? "failed" : "done",
      faulty: fault !== undefined,
      requests: operations.length,
    });
    this.#observe(this.#ordered ? "order" : "policy");
    if (!error) this.#ordered = false;
    for (const consumer of this.#consumers) consumer.notice(this.current, Date.now());
  }

  /** Whether a key of somebody else can be in the way of those of the resource. */
  get #isLimited(): boolean {
    return this.#neighbour !== this.owner;
  }

  #step() {
    return this.run({ keepers: { generation: String(this.#generation) } });
  }

  #check(before: Look, after: Look, error: Error | undefined, faulty: boolean): void {
    const keyInTheWay = this.#isLimited && this.#keyInTheWay !== undefined;
    const broken = brokenBy({
      before,
      after,
      error,
      mayFail: faulty || keyInTheWay || Math.abs(this.world.skew) > HARMLESS_SKEW,
      ordered: this.#ordered,
      overlaps: parseDuration(this.#scenario.policy.overlap) !== 0,
      goneUnseen: this.#goneUnseen,
    });
    for (const sentence of broken) this.#note(sentence);
  }

  /** Rotating twice at one moment is rotating once. */
  async #expectNoOtherKey(): Promise<void> {
    const made = this.current?.id;
    await this.#step();
    if (this.current?.id !== made) this.#note("a second run right after one that rotated did so, too");
  }

  async #use(index: number): Promise<void> {
    const key = this.#consumers[index]?.key;
    if (!key) return;
    if (await isAccepted(this.world, key.id, key)) return this.#ledger.use(key.id);
    this.#refusals.push({
      at: Date.now(),
      consumer: index + 1,
      key: this.#ledger.numberOf(key.id),
      by: this.#ledger.endingOf(key.id),
    });
  }

  #removeByHand(id: string | undefined): void {
    if (id === undefined || !this.#look().ours.some((key) => key.id === id)) return;
    this.#goneUnseen.add(id);
    this.world.iam.remove(id);
    this.#observe("hand");
  }

  /** A create told nobody of its key: a person deletes the one that no stack knows, as the error asks. */
  #deleteOrphan(error: Error): void {
    if (!error.message.includes("not known whether a key was made")) return;
    const look = this.#look();
    for (const { id } of look.ours) {
      if (namedBy(look).includes(id)) continue;
      this.world.iam.remove(id);
      this.#orphans += 1;
    }
  }

  /** After a request that failed, the state may name a key that the request deleted all the same. */
  #forgive(after: Look): void {
    for (const id of namedBy(after)) if (!after.ours.some((key) => key.id === id)) this.#goneUnseen.add(id);
  }

  async #makeForeignKey(owner: string): Promise<Stack> {
    const stack = new Stack(this.world, this.kind.type.replace("Rotating", ""));
    const { error } = await stack.run({ [this.kind.ownerInput]: owner, verify: false });
    if (error) throw error;
    this.#foreignIds.add(String(stack.stored?.id));
    return stack;
  }

  async #makeKeyInTheWay(): Promise<void> {
    const full = this.#isLimited && this.world.keysOf(this.owner).length === 2;
    if (this.#keyInTheWay === undefined && !full) this.#keyInTheWay = await this.#makeForeignKey(this.owner);
  }

  #look(): Look {
    const keys = this.world.iam.keys().filter(({ kind }) => kind !== "yandex:IamToken");
    const isOurs = ({ owner, id }: LocalCredential) => owner === this.owner && !this.#foreignIds.has(id);
    return {
      ours: keys.filter(isOurs),
      foreign: keys.filter((key) => !isOurs(key)),
      current: this.current?.id,
      previous: this.previous?.id,
      abandoned: this.abandoned,
    };
  }

  #observe(by: Ending): void {
    this.#ledger.observe(this.#look(), Date.now(), by);
  }

  #note(sentence: string): void {
    this.#broken.push(`${momentText(Date.now())}: ${sentence}.`);
  }

  #isInWindow(at: number): boolean {
    const { window } = this.#scenario.policy.rotate;
    return window === undefined || isInWindow(window, at + this.world.skew);
  }

  /** Lets the time pass, in which consumers pick up keys. */
  #waitUntil(moment: number): void {
    this.world.advance(Math.max(0, moment - Date.now()));
    for (const consumer of this.#consumers) consumer.catchUp(this.current, Date.now());
  }

  #lifeOf({ delay, holds }: SimulatedConsumer, index: number, now: number): ConsumerLife {
    return {
      number: index + 1,
      delay,
      holds: holds.map(({ id, from }, each) => ({
        key: this.#ledger.numberOf(id),
        from,
        to: holds[each + 1]?.from ?? now,
      })),
    };
  }
}

function oldestOf(keys: readonly KeyLife[], now: number): Ages {
  return {
    working: Math.max(0, ...keys.map(({ madeAt, ended }) => (ended?.at ?? now) - madeAt)),
    existing: Math.max(0, ...keys.map(({ madeAt, goneAt }) => (goneAt ?? now) - madeAt)),
  };
}
