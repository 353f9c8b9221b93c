import { isAccepted } from "./consumer.ts";
import { type Happening, OTHERS } from "./happenings.ts";
import type { ConsumerLife, History, Refusal } from "./history.ts";
import { oldestAllowed } from "./oldestAllowed.ts";
import { type OtherParty, othersOf } from "./others.ts";
import { OurRuns } from "./ourRuns.ts";
import { Person } from "./person.ts";
import { BEGIN, type Scenario } from "./scenario.ts";
import type { SimulatedConsumer } from "./simulatedConsumer.ts";
import type { Stored } from "./stack.ts";
import { Watched } from "./watched.ts";
import { durationText } from "./words.ts";
import { startWorld, type World } from "./world.ts";

/** Lives through a scenario: the real lifecycle, against a real server, on a virtual clock. */
export async function simulate(scenario: Scenario): Promise<History> {
  await using world = await startWorld({ startsAt: BEGIN });
  const simulation = new Simulation(scenario, world);
  await simulation.begin();
  for (const happening of scenario.happenings) await simulation.meet(happening);
  return simulation.end();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #others: ReturnType<typeof othersOf>;
  readonly #watched: Watched;
  readonly #runs: OurRuns;
  readonly #person: Person;
  readonly #refusals: Refusal[] = [];
  readonly #states: (Stored | undefined)[] = [];

  constructor(scenario: Scenario, world: World) {
    this.#scenario = scenario;
    this.#world = world;
    this.#others = othersOf(scenario, world);
    this.#watched = new Watched(scenario, world, Object.values(this.#others));
    this.#runs = new OurRuns(this.#watched, async () => {
      for (const who of OTHERS) if (this.#others[who].holds.current) await this.#haveRun(this.#others[who]);
    });
    this.#person = new Person(this.#watched, () => this.#runs.waits.detour());
  }

  /** From the beginning there is a key of somebody else, not to be touched. */
  async begin(): Promise<void> {
    await this.#person.makeForeignKey(this.#scenario.kind.neighbourOf(this.#world));
  }

  async meet(happening: Happening): Promise<void> {
    this.#waitUntil(BEGIN + happening.at);
    switch (happening.what) {
      case "run":
        await this.#runs.run(happening);
        this.#states.push(this.#watched.stack.stored);
        return;
      case "missedRun":
        return this.#runs.miss();
      case "refresh":
        return this.#runs.refresh();
      case "use":
        return this.#use(happening.consumer);
      case "restore":
        return this.#watched.goBack(this.#states.at(-1 - happening.runs));
      case "undo":
        this.#watched.undo = happening.on;
        return this.#watched.observe("hand");
      case "skew":
        this.#world.skew = happening.by;
        return this.#runs.waits.skew(happening.by);
      case "consistency":
        this.#runs.lateness.become(happening.consistency, Date.now());
        return this.#world.iam.setConsistency(happening.consistency);
      case "otherRuns":
        return this.#haveRun(this.#others[happening.who], happening.skew, happening.isLost);
      case "otherEnds":
        return this.#others[happening.who].end(this.#watched.guard);
      case "plant":
        return this.#person.plant(happening.with);
      default:
        return this.#person.does(happening.what);
    }
  }

  end(): History {
    this.#waitUntil(BEGIN + this.#scenario.lasts);
    const now = Date.now();
    const { policy, kind, delays } = this.#scenario;
    const { ledger, consumers, broken, reached } = this.#watched;
    const waits = this.#runs.waits.by(now, Math.max(0, ...delays), ledger.longestUnused(now));
    const oldest = ledger.oldest(now);
    const allowed = oldestAllowed(policy, kind.deactivate !== undefined, waits);
    for (const what of ["working", "existing"] as const) {
      if (oldest[what] <= allowed[what]) continue;
      const ages = [oldest, allowed].map((each) => durationText(each[what]));
      this.#watched.note(`the oldest ${what} key is ${ages[0]} old, and the policy allows ${ages[1]}`);
    }
    return {
      from: BEGIN,
      to: now,
      runs: this.#runs.records,
      keys: ledger.lives(now),
      consumers: consumers.map((consumer, index) => this.#lifeOf(consumer, index, now)),
      refusals: this.#refusals,
      orphans: this.#runs.orphans,
      oldest,
      oldestAllowed: allowed,
      broken,
      reached: [...reached],
    };
  }

  async #haveRun(other: OtherParty, skew = 0, isLost = false): Promise<void> {
    await this.#watched.guard.as(other.name, () => other.run(skew, isLost));
  }

  async #use(index: number): Promise<void> {
    const { ledger, consumers } = this.#watched;
    const key = consumers[index]?.key;
    if (!key) return;
    if (await isAccepted(this.#world, key.id, key)) return ledger.use(key.id, Date.now());
    this.#refusals.push({
      at: Date.now(),
      consumer: index + 1,
      key: ledger.numberOf(key.id),
      by: ledger.endingOf(key.id),
    });
  }

  /** Lets the time pass, in which consumers pick up keys. */
  #waitUntil(moment: number): void {
    this.#world.advance(Math.max(0, moment - Date.now()));
    for (const consumer of this.#watched.consumers) consumer.catchUp(this.#watched.current, Date.now());
  }

  #lifeOf({ delay, holds }: SimulatedConsumer, index: number, now: number): ConsumerLife {
    const { ledger } = this.#watched;
    return {
      number: index + 1,
      delay,
      holds: holds.map(({ id, from }, each) => ({
        key: ledger.numberOf(id),
        from,
        to: holds[each + 1]?.from ?? now,
      })),
    };
  }
}
