import { randomUUID } from "node:crypto";
import type { FaultMoment } from "./faults.ts";

/** A request which a pause fault holds. */
export interface HeldRequest {
  /** By which another process releases it. */
  readonly id: string;
  /** As the request log names it. */
  readonly operation: string;
  readonly pause: FaultMoment;
  /** Lets it go on. */
  release(): void;
  /** How it came to an end: released, or its caller gone. */
  readonly ended: Promise<"released" | "gone">;
}

export type Holds = ReturnType<typeof createHolds>;

/** The requests that are held, and those who wait for one to be. */
export function createHolds() {
  const holding = new Map<string, HeldRequest>();
  const unseen = new Set<HeldRequest>();
  const watchers: ((held: HeldRequest) => void)[] = [];

  return {
    /** Holds a request; true once it is released, false once `gone` is aborted. */
    async hold(operation: string, pause: FaultMoment, gone: AbortSignal): Promise<boolean> {
      if (gone.aborted) return false;
      let release = () => {};
      const ended = new Promise<"released" | "gone">((resolve) => {
        release = () => resolve("released");
        gone.addEventListener("abort", () => resolve("gone"), { once: true });
      });
      const held: HeldRequest = { id: randomUUID(), operation, pause, ended, release };
      holding.set(held.id, held);
      const watcher = watchers.shift();
      if (watcher) watcher(held);
      else unseen.add(held);
      const released = (await ended) === "released";
      holding.delete(held.id);
      unseen.delete(held);
      return released;
    },

    /** The next request that is held; each is given out once, in the order of their coming. `stop` ends the waiting. */
    next(stop: AbortSignal): Promise<HeldRequest> {
      for (const held of unseen) {
        unseen.delete(held);
        return Promise.resolve(held);
      }
      return new Promise((resolve, reject) => {
        watchers.push(resolve);
        stop.addEventListener("abort", () => {
          const index = watchers.indexOf(resolve);
          if (index >= 0) watchers.splice(index, 1);
          reject(new Error("No request was held before the server was closed."));
        });
      });
    },

    release(id: string): void {
      const held = holding.get(id);
      if (!held) throw new Error(`No request "${id}" is held.`);
      held.release();
    },
  };
}
