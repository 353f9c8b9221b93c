import { setTimeout as sleep } from "node:timers/promises";
import type { FaultPlan } from "../../local/iam/index.ts";
import type { MatrixCase, Next, Strike, Victim } from "./cases.ts";
import { FAULT_RATE, SLOW_MS } from "./faults.ts";
import { bringTo, METHODS, methodsOf, OPERATION, type Role } from "./operations.ts";
import { kill } from "./processes.ts";
import { cutOff, problemsAfter, secretsInTheOpen, unknownKeys } from "./soundness.ts";
import { RESOURCES, type ResourceName } from "./stackProgram.ts";
import type { Ended, MatrixWorld, Running } from "./world.ts";

/** What became of a case. */
export interface CaseResult {
  /** "person": a key that nobody can know was named, and somebody had to delete it. */
  readonly outcome: "survived" | "person" | "failed";
  /** How many runs it took once the fault was over. */
  readonly runs: number;
  readonly problems: readonly string[];
  /** The API methods that were struck. */
  readonly struck: readonly string[];
  /** What the runs printed, for whoever looks for the reason. */
  readonly output: string;
}

/** Runs that a person makes once the fault is over: what comes to mind first, and what comes next. */
const RUNS: Readonly<Record<Next, readonly (readonly string[])[]>> = {
  up: [["up"], ["up", "--refresh"]],
  refresh: [["refresh"], ["up"]],
  destroy: [["destroy"], ["destroy"]],
};

/** Requests come no more for so long: whatever still ran has come to its end. */
const QUIET_MS = 400;
/** How long requests are held for others that are to be held beside them. */
const LONGEST_HOLD_MS = 4_000;

/** Runs one case in a world where nothing is under way, and looks at what is left. */
export async function runCase(world: MatrixWorld, one: MatrixCase): Promise<CaseResult> {
  const operation = OPERATION[one.operation];
  await bringTo(world, operation.from);
  await operation.prepare(world);
  const course = new Course(world, one);
  await course.strike();
  await course.goOn();
  return course.result();
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

  constructor(world: MatrixWorld, one: MatrixCase) {
    this.#world = world;
    this.#case = one;
  }

  /** The run that the fault strikes. */
  async strike(): Promise<void> {
    const world = this.#world;
    const { strike } = this.#case;
    const first = world.iam.requests.length;
    world.takeHeld();
    const ended = await this.#suffer(strike);
    this.#note(`${OPERATION[this.#case.operation].command}, while ${this.#case.name}`, ended);
    world.iam.clearFaults();
    await world.iam.acceptConnections();
    world.clock.setRate(1);
    this.#struck = methodsStruck(
      strike,
      world.requestsSince(first).map(({ operation }) => operation),
    );
    if (this.#struck.length === 0) this.#problems.push("the fault befell no request: the case tried nothing");
    // What a slow server was asked for it does after all.
    if (this.#case.group === "slow") await sleep(SLOW_MS);
    await this.#lookForCutOff();
    await this.#person();
  }

  /** What a person does then: at most two runs. */
  async goOn(): Promise<void> {
    const world = this.#world;
    const { next } = this.#case;
    let problems: string[] = [];
    for (const [command = "", ...flags] of RUNS[next]) {
      this.#runs += 1;
      const ended = await world.operation(command, ...flags);
      this.#note([command, ...flags].join(" "), ended);
      await this.#lookForCutOff();
      await this.#person();
      const failed = ended.code === 0 ? [] : [`${command} ended with ${ended.code}`];
      // A refresh only looks; the keys that it misses are for the `up` after it.
      problems =
        command === "refresh"
          ? ["not yet"]
          : [...failed, ...(await problemsAfter(world, next === "destroy"))];
      if (problems.length === 0) break;
    }
    world.isEmpty = next === "destroy";
    this.#problems.push(...problems, ...(await secretsInTheOpen(world)));
  }

  result(): CaseResult {
    const outcome = this.#problems.length > 0 ? "failed" : this.#needsPerson ? "person" : "survived";
    return {
      outcome,
      runs: this.#runs,
      problems: [...new Set(this.#problems)],
      struck: this.#struck,
      output: this.#output,
    };
  }

  async #suffer(strike: Strike): Promise<Ended> {
    const world = this.#world;
    switch (strike.kind) {
      case "server":
        for (const plan of strike.plans) world.iam.fail(plan);
        return this.#run(FAULT_RATE).ended;
      case "tls": {
        const url = world.iam.url.replace("http:", "https:");
        return this.#run(FAULT_RATE, Object.fromEntries(strike.endpoints.map((name) => [name, url]))).ended;
      }
      case "refused":
        return this.#refused(strike.from);
      case "kill":
        return this.#killed(strike);
      case "disk":
        return this.#fullDisk();
      case "twoEngines":
        return this.#twoEngines();
    }
  }

  #run(rate: number, environment: NodeJS.ProcessEnv = {}, before: readonly string[] = []): Running {
    this.#world.clock.setRate(rate);
    const words = this.#world.operationWords(OPERATION[this.#case.operation].command);
    return this.#world.start(words, { environment, before });
  }

  async #refused(from: "start" | Role): Promise<Ended> {
    const { iam } = this.#world;
    if (from === "start") {
      iam.refuseConnections();
      return this.#run(FAULT_RATE).ended;
    }
    this.#hold(from, "before");
    const run = this.#run(FAULT_RATE);
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
    const run = this.#run(1);
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
    return this.#run(1, {}, ["sh", "-c", `ulimit -f ${blocks}; exec "$@"`, "sh"]).ended;
  }

  async #twoEngines(): Promise<Ended> {
    const world = this.#world;
    this.#hold("create", "before");
    const run = this.#run(1);
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

  /** Nobody may be cut off, except by a destroy. */
  async #lookForCutOff(): Promise<void> {
    if (this.#case.operation === "destroy") return;
    this.#problems.push(...(await cutOff(this.#world)));
  }

  /**
   * Deletes keys that no run will find: on AWS, as keys carry no mark there, and of a resource that is to be
   * destroyed before any state had it. The provider must have named the key, or the engine the resource in
   * whose making it was interrupted.
   */
  async #person(): Promise<void> {
    const world = this.#world;
    for (const { id, kind, owner } of unknownKeys(world, await world.state.read())) {
      const isLost = kind === "aws:AccessKey" || (this.#case.next === "destroy" && this.#runs > 0);
      if (!isLost || !(this.#output.includes(id) || this.#isToldOf(owner))) continue;
      world.iam.remove(id);
      this.#needsPerson = true;
    }
  }

  #isToldOf(owner: string): boolean {
    const { accounts } = this.#world.settings;
    const name = (Object.keys(accounts) as ResourceName[]).find((each) => accounts[each] === owner);
    if (name === undefined) return false;
    const type = `pulumi-nodejs:dynamic/iam-keys/${RESOURCES[name]}`;
    const ofResource = new RegExp(`${type}(::| )${name}\\b.*(interrupted|error reading from server)`);
    return this.#output.split("\n").some((line) => ofResource.test(line));
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
  return [strike.kind];
}
