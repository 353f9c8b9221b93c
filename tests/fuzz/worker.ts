/** Tries doors until it is ended, and tells what it is at: work that does not end stops only this thread. */
import { parentPort, workerData } from "node:worker_threads";
import { DOORS } from "./doors.ts";
import { tryDoor } from "./trial.ts";

const { only, seed: first, runs } = workerData as { only: string | undefined; seed: number; runs: number };
const doors = DOORS.filter(({ name }) => only === undefined || name === only);
if (doors.length === 0)
  throw new Error(`there is no door "${only}": ${DOORS.map(({ name }) => name).join(", ")}`);
for (let seed = first; ; seed = (seed + 1) % 2 ** 31) {
  for (const door of doors) {
    parentPort?.postMessage({ door: door.name, seed });
    parentPort?.postMessage({ tried: runs, fault: await tryDoor(door, seed, runs) });
  }
}
