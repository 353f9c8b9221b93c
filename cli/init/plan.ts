import type { Kind } from "../../provider/kinds/kind.ts";
import type { Answers } from "./answers.ts";

/** The place of the program. */
export interface Place {
  /** The name of the project. */
  readonly project: string;
  /** The program's folder, as the root of the repository sees it: "keys", or "." for the root itself. */
  readonly folder: string;
}

/** All that the files follow from. */
export interface Plan extends Answers, Place {
  /** What the kind of the key says of itself. */
  readonly facts: Pick<Kind, "account" | "shortcuts">;
}

/** Whether the pipeline runs on a machine that keeps files, and has a key of its own: elsewhere a platform vouches for the run. */
export function isOnMachine({ pipeline }: Pick<Answers, "pipeline">): boolean {
  return pipeline === "systemd";
}

/** Whether the runs have an authorized key, which is rotated with the others. */
export function hasKeyOfItsOwn(plan: Pick<Answers, "pipeline" | "kind">): boolean {
  return isOnMachine(plan) && plan.kind.startsWith("yandex:");
}
