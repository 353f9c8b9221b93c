import assert from "node:assert/strict";
import type { TriedKind } from "../../simulation/rotatingKinds.ts";
import type { World } from "../../simulation/world.ts";

/** Exactly these keys of the owner exist. */
export function assertKeys(world: World, owner: string, ids: readonly (string | undefined)[]): void {
  const live = world.keysOf(owner).map(({ id }) => id);
  assert.deepEqual(live.sort(), ids.filter((id) => id !== undefined).sort());
}

/** A moment on the virtual clock, as the provider writes it in a stamp. */
export function stampAt(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** What a run asks to make a key that takes the place of another one, to try it and to hand it out. */
export function rotationOf({
  beforeCreate,
  create,
  verify,
}: Pick<TriedKind, "beforeCreate" | "create" | "verify">) {
  return create.startsWith("aws:")
    ? [...beforeCreate, "aws:ListAccessKeys", create, verify, verify, verify]
    : [...beforeCreate, create, verify, create.replace("create", "update")];
}

/** What it asks at its end, once it has changed or deleted a key and made none. */
export function sweepOf({ create, sweep }: Pick<TriedKind, "create" | "sweep">) {
  return create.startsWith("aws:") ? ["aws:ListAccessKeys"] : sweep;
}

/** What a run asks that takes this step of the previous key's retirement: on AWS first of all what time it is there. */
export function retirementOf(kind: Pick<TriedKind, "create" | "sweep">, step: string): readonly string[] {
  return [...sweepOf(kind), step, ...(kind.create.startsWith("aws:") ? sweepOf(kind) : [])];
}

/** What a run asks that ends the previous key at once: where keys carry tags, first of all whether it is another resource's by now. */
export function endOf(kind: Pick<TriedKind, "create" | "sweep">, step: string): readonly string[] {
  return kind.create.startsWith("aws:") ? [step, ...sweepOf(kind)] : [...kind.sweep, step];
}
