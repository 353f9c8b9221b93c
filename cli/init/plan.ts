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

/** Whether the runs have an authorized key in a file: on a machine. Elsewhere a platform vouches for the run. */
export function hasKeyOfItsOwn({ pipeline, kind }: Pick<Answers, "pipeline" | "kind">): boolean {
  return pipeline === "systemd" && kind.startsWith("yandex:");
}

/** Whether the program writes keys into files of the machine, that of the runs among them. Only TypeScript has a resource for it. */
export function handsToFiles({ pipeline, language }: Pick<Answers, "pipeline" | "language">): boolean {
  return pipeline === "systemd" && language === "typescript";
}
