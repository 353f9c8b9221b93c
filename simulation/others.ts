import { Rotator } from "../cli/escRotator/rotator.ts";
import type { EscState } from "../cli/escRotator/stateSchema.ts";
import type { Properties } from "../provider/kinds/kind.ts";
import { loadWholeKind } from "../provider/lifecycle/loadLifecycle.ts";
import type { Guard, Party } from "./guard.ts";
import type { Other } from "./happenings.ts";
import type { Scenario } from "./scenario.ts";
import { OWNER, Stack, stateOf } from "./stack.ts";
import { elsewhere, type World } from "./world.ts";

/** Somebody else who rotates keys of the same account. */
export interface OtherParty extends Party {
  /** One rotation, where it is due, by a clock that is wrong by so much; `isLost`: no state hears of it. */
  run(skew: number, isLost: boolean): Promise<void>;
  /** Gives up all keys. */
  end(guard: Guard): Promise<void>;
}

/** Who else has keys of the account: they rotate by the same policy. */
export function othersOf(scenario: Scenario, world: World): Readonly<Record<Other, OtherParty>> {
  return {
    otherStack: new OtherStack("another stack", "project/other/uploads", scenario, world),
    otherBackend: new OtherStack("the stack of the same name", OWNER, scenario, world),
    esc: new EscEnvironment(scenario, world),
  };
}

class OtherStack implements OtherParty {
  readonly name: string;
  readonly #world: World;
  readonly #stack: Stack;
  readonly #news: Properties;
  #isLeaving = false;

  constructor(name: string, owner: string, { kind, policy }: Scenario, world: World) {
    this.name = name;
    this.#world = elsewhere(world);
    this.#stack = new Stack(this.#world, kind.type, owner);
    const { rotate, ...rest } = policy;
    this.#news = { ...rest, rotate: { every: rotate.every }, [kind.ownerInput]: kind.ownerOf(world) };
  }

  get holds(): Party["holds"] {
    return heldIn(this.#stack.stored?.outputs);
  }

  get asked(): Party["asked"] {
    return this.#isLeaving ? ["current"] : [];
  }

  async run(skew: number, isLost: boolean): Promise<void> {
    this.#world.skew = skew;
    const { stored } = this.#stack;
    await this.#stack.run(this.#news);
    if (isLost) this.#stack.stored = stored;
  }

  async end(guard: Guard): Promise<void> {
    this.#isLeaving = true;
    await guard.as(this.name, () => this.#stack.destroy());
    this.#isLeaving = false;
  }
}

/** An environment of Pulumi ESC, which asks for a rotation whenever its schedule says so. */
class EscEnvironment implements OtherParty {
  readonly name = "Pulumi ESC";
  readonly asked = [];
  readonly #world: World;
  readonly #scenario: Scenario;
  readonly #args: Properties;
  #state: EscState | undefined;
  #requests = 0;

  constructor(scenario: Scenario, world: World) {
    this.#world = elsewhere(world);
    this.#scenario = scenario;
    this.#args = { [scenario.kind.ownerInput]: scenario.kind.ownerOf(world) };
  }

  get holds(): Party["holds"] {
    const { id: current, previous } = this.#state ?? {};
    return { current, others: previous ? [previous.id] : [] };
  }

  async run(skew: number, isLost: boolean): Promise<void> {
    this.#world.skew = skew;
    const kind = await loadWholeKind(this.#scenario.kind.type.replace("Rotating", ""));
    const { overlap } = this.#scenario.policy;
    const request = { kind, name: "uploads", overlap, args: this.#args, state: this.#state };
    this.#requests += 1;
    // Every request comes to a rotator that was started for it.
    const rotated = await new Rotator(this.#world.ports)
      .rotate("acme/storage/prod", request, String(this.#requests))
      .catch(() => undefined);
    if (rotated && !isLost) this.#state = stateOf(rotated.answer) as EscState;
  }

  /** Whoever takes a rotation out of an environment deletes its keys by hand. */
  async end(guard: Guard): Promise<void> {
    this.#state = undefined;
    for (const { id } of this.#world.iam.keys())
      if (guard.makerOf(id) === this.name) this.#world.iam.remove(id);
    guard.look();
  }
}

function heldIn(outputs: Properties = {}): Party["holds"] {
  const {
    current,
    previous,
    abandoned = [],
  } = outputs as {
    readonly [which in "current" | "previous"]?: { readonly id: string };
  } & { readonly abandoned?: readonly string[] };
  return { current: current?.id, others: [...(previous ? [previous.id] : []), ...abandoned] };
}
