import assert from "node:assert/strict";
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
