import { isInWindow } from "../provider/rotation/window.ts";
import type { During } from "./guard.ts";
import type { Event } from "./happenings.ts";
import type { RunRecord } from "./history.ts";
import { type Look, namedBy } from "./invariants.ts";
import { judge } from "./judge.ts";
import { Lateness } from "./lateness.ts";
import { planFault } from "./planFault.ts";
import { BEGIN } from "./scenario.ts";
import type { Run } from "./stack.ts";
import { WaitsSeen } from "./waitsSeen.ts";
import { OURS, type Watched } from "./watched.ts";

/** The policy is one that the provider does not take. */
export class PolicyRefused extends Error {
  override readonly name = "PolicyRefused";
}

type RunEvent = Extract<Event, { readonly what: "run" }>;

/** The runs of the stack that is looked at, and what must hold after each. */
export class OurRuns {
  readonly waits = new WaitsSeen(BEGIN);
  readonly records: RunRecord[] = [];
  readonly #watched: Watched;
  readonly #meanwhile: () => Promise<void>;
  readonly lateness = new Lateness();
  orphans = 0;
  #wasKilled = false;

  /** @param meanwhile what others do while a run stands still */
  constructor(watched: Watched, meanwhile: () => Promise<void>) {
    this.#watched = watched;
    this.#meanwhile = meanwhile;
  }

  async run(event: RunEvent): Promise<void> {
    const { guard, stack, consumers } = this.#watched;
    const at = Date.now();
    const before = this.#watched.look();
    if (event.ordered) this.#watched.order();
    if (event.ordered) this.waits.order();
    const { stored, pending } = stack;
    this.#wasKilled = false;
    const run = await guard.as(OURS, () => this.#watched.step(), this.#during(event));
    if (run.did === "refuse" && run.error) throw new PolicyRefused(run.error.message);
    if (this.#wasKilled) [stack.stored, stack.pending] = [stored, pending];
    const error = this.#wasKilled ? new Error("the run was killed") : run.error;
    if (run.error) this.#deleteOrphan(run.error);
    const isStale = this.lateness.isStale(Date.now());
    judge(this.#watched, error ? { ...run, error } : run, {
      before,
      isFaulty: event.fault !== undefined,
      isInterrupted: event.interruption !== undefined,
      mayLeave: this.#wasKilled || event.fault?.how === "unknown" || (event.fault !== undefined && isStale),
      isStale,
    });
    if (!error) this.waits.run(at, Date.now(), this.#isInWindow(at));
    this.#see(before, run, event);
    if (!error && this.#watched.current?.id !== before.current) {
      await this.#expectNoOtherKey();
      this.#see(before, run, event);
    }
    if (!error) this.#watched.ordered = false;
    this.records.push({
      at,
      outcome: error ? "failed" : "done",
      faulty: event.fault !== undefined,
      requests: run.operations.length,
    });
    for (const consumer of consumers) consumer.notice(this.#watched.current, Date.now());
  }

  miss(): void {
    this.records.push({ at: Date.now(), outcome: "missed", faulty: false, requests: 0 });
  }

  async refresh(): Promise<void> {
    const { current, guard, stack, kind } = this.#watched;
    const { operations } = await guard.as(OURS, () => stack.refresh());
    const isHidden = current && this.lateness.hides(Date.parse(current.createdAt), Date.now());
    if (isHidden && this.#watched.current?.id === current.id && operations.includes(kind.lookAgain))
      this.#watched.reached.add("second look");
    this.#watched.observe("hand");
  }

  #during({ fault, interruption }: RunEvent): During {
    const { world, kind } = this.#watched;
    const { iam } = world;
    const kill = () => {
      this.#wasKilled = true;
      iam.clearFaults();
      // What comes to the cloud no more might as well not be sent.
      iam.fail({ operation: "*", times: Number.POSITIVE_INFINITY, fault: kind.denied });
    };
    const sleep = async (milliseconds: number) => {
      world.advance(milliseconds);
      await this.#meanwhile();
    };
    return {
      plan: fault && (() => planFault(world, kind, fault)),
      interruption: interruption && {
        after: interruption.after,
        happen: () => (interruption.what === "killed" ? kill() : sleep(interruption.for)),
      },
    };
  }

  /** A create told nobody of its key: where keys have no marks, a person deletes the one that no stack knows. */
  #deleteOrphan(error: Error): void {
    const { kind, world } = this.#watched;
    if (!kind.deactivate || !error.message.includes("not known whether a key was made")) return;
    const look = this.#watched.look();
    for (const { id } of look.ours) {
      if (namedBy(look).includes(id)) continue;
      world.iam.remove(id);
      this.orphans += 1;
    }
  }

  /** Rotating twice at one moment is rotating once. */
  async #expectNoOtherKey(): Promise<void> {
    const made = this.#watched.current?.id;
    await this.#watched.guard.as(OURS, () => this.#watched.step());
    if (this.#watched.current?.id !== made)
      this.#watched.note("a second run right after one that rotated did so, too");
  }

  #see(before: Look, { warnings }: Run, { fault }: RunEvent): void {
    const { current, ledger } = this.#watched;
    this.#watched.observe(this.#watched.ordered ? "order" : "policy");
    // A key whose trial was refused for another reason, such as a wrong clock, is given out without one.
    const isUntried = fault?.at === "verify" || warnings.some((each) => each.includes("could not be tried"));
    if (isUntried && current && current.id !== before.current) ledger.excuse([current.id]);
  }

  #isInWindow(at: number): boolean {
    const { window } = this.#watched.scenario.policy.rotate;
    return window === undefined || isInWindow(window, at + this.#watched.world.skew);
  }
}
