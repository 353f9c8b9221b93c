import { setTimeout as sleep } from "node:timers/promises";
import type { Consistency, FaultPlan, LocalCredential } from "../../local/iam/index.ts";
import { type Branch, branchesReached } from "./branches.ts";
import type { MatrixCase, Strike, Victim } from "./cases.ts";
import { FAULT_RATE, SLOW_MS } from "./faults.ts";
import { brokenInvariants } from "./invariants.ts";
import { type LookAlike, plantLookAlikes, removeLookAlikes } from "./lookAlikes.ts";
import { bringTo, METHODS, methodsOf, type Next, OPERATION, type Role } from "./operations.ts";
import { kill } from "./processes.ts";
import { cutOff, problemsAfter, secretsInTheOpen, unknownKeys } from "./soundness.ts";
import { type HeldKeys, typeBy } from "./stackFiles.ts";
import { type ProgramSettings, RESOURCES, type ResourceName } from "./stackProgram.ts";
import { markOf } from "./tags.ts";
import { Watch } from "./watch.ts";
import type { Ended, MatrixWorld, Running } from "./world.ts";

/** What became of a case. */
export interface CaseResult {
  /** "person": a key of which no run can know whose it is was left over and named, for somebody to delete it. */
  readonly outcome: "survived" | "person" | "failed";
  /** How many runs it took once the fault was over. */
  readonly runs: number;
  readonly problems: readonly string[];
  /** The API methods that were struck. */
  readonly struck: readonly string[];
  /** The branches of the lifecycle that it came to. */
  readonly reached: readonly Branch[];
  /** What the runs printed, for whoever looks for the reason. */
  readonly output: string;
}

/** Runs that a person makes once the fault is over: what comes to mind first, and what comes next. */
const RUNS: Readonly<Record<Next, readonly (readonly string[])[]>> = {
  up: [["up"], ["up", "--refresh"]],
  refresh: [["refresh"], ["up"]],
  destroy: [["destroy"], ["destroy"]],
};

/** By the clock of the server. */
const STALE_LISTS: Consistency = { createsHiddenMs: 300_000, deletesShownMs: 300_000 };

/** The clock of the machine that runs the engine, as people find it now and then. */
const SLOW_CLOCK_MS = 10 * 60_000;

/** A key of Yandex Cloud is taken for good after one success, unless it was refused before. */
const FLAPPING_KEYS: Consistency = {
  firstUses: {
    "yandex:ServiceAccountKey": ["refused", "works", "refused"],
    "yandex:StaticAccessKey": ["refused", "works", "works", "refused"],
    "aws:AccessKey": ["works", "refused", "works", "works", "refused"],
  },
};

/** Requests come no more for so long: whatever still ran has come to its end. */
const QUIET_MS = 400;
/** How long requests are held for others that are to be held beside them. */
const LONGEST_HOLD_MS = 4_000;

/** Runs one case in a world where nothing is under way, and looks at what is left. */
export async function runCase(world: MatrixWorld, one: MatrixCase): Promise<CaseResult> {
  const operation = OPERATION[one.operation];
  // Lists that are late are so for what was made before, too.
  if (one.circumstance === "stale lists") world.iam.setConsistency(STALE_LISTS);
  await bringTo(world, operation.from);
  await operation.prepare(world);
  const course = new Course(world, one);
  try {
    await course.begin();
    await course.strike();
    await course.goOn();
    return await course.result();
  } finally {
    course.end();
  }
}

/** One case under way. */
class Course {
  readonly #world: MatrixWorld;
  readonly #case: MatrixCase;
  readonly #problems: string[] = [];
  #struck: readonly string[] = [];
  #output = "";
  #runs = 0;
  #needsPerson = false;
  readonly #watch: Watch;
  #lookAlikes: LookAlike[] = [];
  /** What the program says from the next run on. */
  #learned: Partial<ProgramSettings> = {};
  #audit = 0;
  #requests = 0;
  /** The keys that may be somebody's, which some run has named, with the resources whose they would be. */
  readonly #leftovers = new Map<string, ResourceName | undefined>();

  constructor(world: MatrixWorld, one: MatrixCase) {
    this.#world = world;
    this.#case = one;
    this.#watch = new Watch(world);
  }

  async begin(): Promise<void> {
    const world = this.#world;
    const held = await world.state.read();
    this.#lookAlikes = await plantLookAlikes(world, held);
    this.#audit = await world.auditSize();
    this.#requests = world.iam.requests.length;
    if (this.#case.circumstance === "flapping keys") world.iam.setConsistency(FLAPPING_KEYS);
    if (this.#case.circumstance === "quarantine") await this.#quarantine(held);
    if (this.#case.circumstance === "slow clock") world.slowByMs = SLOW_CLOCK_MS;
    if (this.#case.circumstance === "renamed user") this.#learned = world.renameUsers();
  }

  /** Somebody makes the keys of AWS inactive, of which the program says nothing. */
  async #quarantine({ keys }: HeldKeys): Promise<void> {
    const world = this.#world;
    await world.program({ status: "unsaid" });
    const live = new Map(world.iam.keys().map((key) => [key.id, key]));
    for (const { id } of keys) {
      if (live.get(id)?.status !== "Active") continue;
      world.iam.patch(id, { status: "Inactive" });
      world.endedByPerson.add(id);
    }
  }

  /** Leaves nothing behind that the next case in this world would stumble over. */
  end(): void {
    this.#watch.stop();
    this.#world.iam.setConsistency({});
    removeLookAlikes(this.#world, this.#lookAlikes);
    const live = new Set(this.#world.iam.keys().map(({ id }) => id));
    for (const id of this.#leftovers.keys()) if (live.has(id)) this.#world.iam.remove(id);
  }

  /** The run that the fault strikes. */
  async strike(): Promise<void> {
    const world = this.#world;
    const { strike } = this.#case;
    const first = world.iam.requests.length;
    world.takeHeld();
    await this.#watch.begin();
    const { command } = OPERATION[this.#case.operation];
    const ended = await this.#suffer(strike);
    this.#note(`${command}, while ${this.#case.name}`, ended);
    world.iam.clearFaults();
    await world.iam.acceptConnections();
    world.clock.setRate(1);
    this.#struck = methodsStruck(
      strike,
      world.requestsSince(first).map(({ operation }) => operation),
    );
    if (this.#struck.length === 0 && strike.kind !== "none")
      this.#problems.push("the fault befell no request: the case tried nothing");
    // What a slow server was asked for it does after all.
    if (this.#case.group === "slow") await sleep(SLOW_MS);
    const isCalm = strike.kind === "none";
    if (isCalm && ended.code !== 0) this.#problems.push(`${command} ended with ${ended.code}, and no fault`);
    await this.#judge(command, ended, !isCalm);
    await this.#lookForCutOff();
    await this.#person();
  }

  /** What a person does then: at most two runs. */
  async goOn(): Promise<void> {
    const world = this.#world;
    const { next } = this.#case;
    // What has gone wrong by now, no further run sets right.
    if (this.#problems.length > 0) return;
    await world.program(this.#learned);
    let problems: string[] = [];
    const runs = [...RUNS[next]];
    for (const [command = "", ...flags] of runs) {
      this.#runs += 1;
      const before = await world.state.read();
      await this.#watch.begin();
      const ended = await world.operation(command, ...flags);
      this.#note([command, ...flags].join(" "), ended);
      await this.#judge(command, ended, false);
      await this.#lookForCutOff();
      const isLooking =
        (command !== "up" || flags.includes("--refresh")) && this.#case.circumstance !== "stale lists";
      if (isLooking && ended.code === 0) this.#lookForNames(before, ended);
      const madeRoom = await this.#person();
      // A key that stood in this run's way is gone: the same once more shows that nothing else does.
      if (madeRoom && runs.length === RUNS[next].length) runs.push([command, ...flags]);
      const failed = ended.code === 0 ? [] : [`${command} ended with ${ended.code}`];
      // A refresh only looks; the keys that it misses are for the `up` after it.
      problems =
        command === "refresh"
          ? ["not yet"]
          : [...failed, ...(await problemsAfter(world, next === "destroy", new Set(this.#leftovers.keys())))];
      // What is left over must not stand in the way of the run after.
      if (problems.length === 0 && this.#leftovers.size === 0) break;
    }
    world.isEmpty = next === "destroy";
    this.#problems.push(...problems, ...(await secretsInTheOpen(world)));
  }

  async result(): Promise<CaseResult> {
    const outcome = this.#problems.length > 0 ? "failed" : this.#needsPerson ? "person" : "survived";
    const reached = branchesReached({
      one: this.#case,
      output: this.#output,
      events: await this.#world.auditSince(this.#audit),
      requests: this.#world.requestsSince(this.#requests),
    });
    return {
      outcome,
      runs: this.#runs,
      problems: [...new Set(this.#problems)],
      struck: this.#struck,
      reached,
      output: this.#output,
    };
  }

  async #suffer(strike: Strike): Promise<Ended> {
    const world = this.#world;
    switch (strike.kind) {
      case "server":
        for (const plan of strike.plans) world.iam.fail(plan);
        return (await this.#run(FAULT_RATE)).ended;
      case "tls": {
        const url = world.iam.url.replace("http:", "https:");
        return (await this.#run(FAULT_RATE, Object.fromEntries(strike.endpoints.map((name) => [name, url]))))
          .ended;
      }
      case "refused":
        return this.#refused(strike.from);
      case "kill":
        return this.#killed(strike);
      case "none":
        return (await this.#run(1)).ended;
      case "disk":
        return this.#fullDisk();
      case "twoEngines":
        return this.#twoEngines();
    }
  }

  async #run(
    rate: number,
    environment: NodeJS.ProcessEnv = {},
    before: readonly string[] = [],
  ): Promise<Running> {
    const { command, flags } = OPERATION[this.#case.operation];
    const words = [...this.#world.operationWords(command), ...((await flags?.(this.#world)) ?? [])];
    this.#world.clock.setRate(rate);
    return this.#world.start(words, { environment, before });
  }

  async #refused(from: "start" | Role): Promise<Ended> {
    const { iam } = this.#world;
    if (from === "start") {
      iam.refuseConnections();
      return (await this.#run(FAULT_RATE)).ended;
    }
    this.#hold(from, "before");
    const run = await this.#run(FAULT_RATE);
    if (await this.#isHeld(run)) iam.refuseConnections();
    iam.clearFaults();
    for (const held of this.#world.takeHeld()) held.release();
    return run.ended;
  }

  async #killed({ victim, role, moment }: Extract<Strike, { kind: "kill" }>): Promise<Ended> {
    const world = this.#world;
    if (moment === "written") this.#pause(["aws:CreateAccessKey"], "before");
    else this.#hold(role, moment);
    const before = await world.state.read();
    const run = await this.#run(1);
    if (await this.#isHeld(run)) {
      if (moment === "written") await this.#isWritten(run, before.named);
      else await this.#allHeld(role);
    }
    await this.#kill(victim);
    world.iam.clearFaults();
    for (const held of world.takeHeld()) held.release();
    if (victim === "provider") return run.ended;
    await this.#quiet();
    kill(await world.processes());
    const ended = await run.ended;
    // Nobody but a person knows that the engine which has the lock is no more.
    await world.expect("cancel", "--yes", "--stack", "dev");
    return ended;
  }

  async #kill(victim: Victim): Promise<void> {
    const all = await this.#world.processes();
    kill(
      all.filter(({ role }) => {
        if (victim === "both") return true;
        // The reaper would end the provider that is to outlive its engine.
        return victim === "provider" ? role === "provider" : role === "engine" || role === "reaper";
      }),
    );
  }

  /** A limit on the size of files stands for the end of the disk: to who writes, both are a failed write. */
  async #fullDisk(): Promise<Ended> {
    const blocks = Math.ceil((await this.#world.stateSize()) / 512) + 6;
    return (await this.#run(1, {}, ["sh", "-c", `ulimit -f ${blocks}; exec "$@"`, "sh"])).ended;
  }

  async #twoEngines(): Promise<Ended> {
    const world = this.#world;
    this.#hold("create", "before");
    const run = await this.#run(1);
    if (await this.#isHeld(run)) {
      const second = await world.operation("up");
      this.#note("up, by a second engine", second);
      if (second.code === 0 || !/lock/.test(second.output)) this.#problems.push("a second engine was let in");
    }
    world.iam.clearFaults();
    for (const held of world.takeHeld()) held.release();
    const ended = await run.ended;
    if (ended.code !== 0) this.#problems.push("the first engine did not come to its end");
    return ended;
  }

  #hold(role: Role, moment: "before" | "after"): void {
    this.#pause(methodsOf(this.#case.operation, role), moment, role === "verify" ? 1 : 0);
  }

  #pause(methods: readonly string[], pause: "before" | "after", skipTokens = 0): void {
    for (const operation of methods) {
      const skip = operation === "IamToken.create" ? skipTokens : 0;
      this.#world.iam.fail({ operation, skip, times: Number.POSITIVE_INFINITY, fault: { pause } });
    }
  }

  /** Whether a request is held before the run is over. */
  async #isHeld(run: Running): Promise<boolean> {
    return Promise.race([this.#world.nextHeld().then(() => true), run.ended.then(() => false)]);
  }

  /** Waits until a request of each method is held, as far as they come while the others are. */
  async #allHeld(role: Role): Promise<void> {
    const missing = new Set(methodsOf(this.#case.operation, role));
    for (let waited = 0; missing.size > 0 && waited < LONGEST_HOLD_MS; waited += QUIET_MS) {
      for (const { operation } of this.#world.held) missing.delete(operation);
      await sleep(QUIET_MS);
    }
  }

  async #quiet(): Promise<void> {
    const { requests } = this.#world.iam;
    for (let seen = -1; seen !== requests.length; await sleep(QUIET_MS)) seen = requests.length;
  }

  async #isWritten(run: Running, before: ReadonlySet<string>): Promise<void> {
    let isOver = false;
    void run.ended.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const { named } = await this.#world.state.read().catch(() => ({ named: before }));
      if ([...named].some((id) => !before.has(id))) return;
      await sleep(20);
    }
  }

  /** Holds what was seen of a run to what must hold at every moment. */
  async #judge(command: string, { output }: Ended, isStruck: boolean): Promise<void> {
    const { settings, foreign } = this.#world;
    const { operation } = this.#case;
    const seen = await this.#watch.end();
    const run = { command, operation, isStruck, settings, foreign, output, seen };
    this.#problems.push(...brokenInvariants(run));
  }

  /** A run that looks at all keys of a resource which the state has names those that carry its name and are not its own. */
  #lookForNames({ keys }: HeldKeys, { output }: Ended): void {
    const isLookedAt = (resource?: ResourceName) =>
      keys.some((key) => key.resource === resource && !key.isPending);
    for (const { id, resource, isNamesake } of this.#lookAlikes)
      if (isNamesake && isLookedAt(resource) && !output.includes(id))
        this.#problems.push(`nobody named ${id}, which carries the name of ${resource}`);
    for (const [id, resource] of this.#leftovers)
      if (isLookedAt(resource) && !output.includes(id))
        this.#problems.push(`the leftover ${id} was not named again`);
  }

  /** Nobody may be cut off, except by a destroy. */
  async #lookForCutOff(): Promise<void> {
    if (this.#case.operation === "destroy") return;
    this.#problems.push(...(await cutOff(this.#world)));
  }

  /**
   * Takes note of the keys of which no run can know whose they are, once they are named; or the resource, by the engine,
   * in whose making it was interrupted. On AWS they would be in the way, so that a person deletes them at once.
   *
   * @returns whether one was deleted
   */
  async #person(): Promise<boolean> {
    const world = this.#world;
    let madeRoom = false;
    for (const key of unknownKeys(world, await world.state.read())) {
      const isNamed = this.#output.includes(key.id);
      if (markOf(key)?.onTrial || !(isNamed || this.#isToldOf(key))) continue;
      this.#needsPerson = true;
      if (key.kind === "aws:AccessKey") {
        world.iam.remove(key.id);
        madeRoom = true;
      } else this.#leftovers.set(key.id, this.#resourceOf(key));
    }
    return madeRoom;
  }

  /** Nobody but the engine knows of a resource that never came into the state. */
  #isToldOf(key: LocalCredential): boolean {
    const { kind, owner } = key;
    if (kind !== "aws:AccessKey" && (this.#case.next !== "destroy" || this.#runs === 0)) return false;
    const name = this.#resourceOf(key);
    if (name === undefined) return false;
    // Of a create without an answer the error says whose keys a person is to look at.
    if (new RegExp(`user ${owner}\\b.* It is not known whether a key was made`).test(this.#output))
      return true;
    const type = typeBy(this.#world.options.engine.door, RESOURCES[name]);
    const ofResource = new RegExp(`${type}(::| )${name}\\b.*(interrupted|error reading from server)`);
    return this.#output.split("\n").some((line) => ofResource.test(line));
  }

  /** The resource that makes the keys of its account. */
  #resourceOf({ owner }: LocalCredential): ResourceName | undefined {
    const { accounts } = this.#world.settings;
    return (Object.keys(accounts) as ResourceName[]).find((each) => accounts[each] === owner);
  }

  #note(title: string, { code, output }: Ended): void {
    this.#output += `\n=== ${title}: ended with ${code}\n${output}`;
  }
}

/** The methods whose requests were struck, by what was asked for meanwhile. */
function methodsStruck(strike: Strike, asked: readonly string[]): readonly string[] {
  const isStruck = ({ operation, skip = 0 }: Pick<FaultPlan, "operation" | "skip">) =>
    asked.filter((each) => each === operation).length > skip;
  if (strike.kind === "server") return strike.plans.filter(isStruck).map(({ operation }) => operation);
  if (strike.kind === "kill" && strike.moment !== "written")
    return METHODS[strike.role].filter((operation) =>
      isStruck({ operation, skip: strike.role === "verify" && operation === "IamToken.create" ? 1 : 0 }),
    );
  return strike.kind === "none" ? [] : [strike.kind];
}
