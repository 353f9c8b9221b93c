import type { StoredResource } from "../../stack/storedResource.ts";
import type { Stray } from "../strays/stray.ts";
import { isTrialUse } from "../trialUse.ts";
import { momentText } from "../words.ts";

/** Whether a key may be deleted, and why. */
export interface Verdict {
  readonly code:
    | "onTrial"
    | "neverUsed"
    /** Each of these only if it is named by its id. */
    | "used"
    | "useUnknown"
    | "noMark"
    | "otherName"
    | "ageUnknown"
    | "youngerThanFile"
    /** Never. */
    | "inState";
  /** The same for a reader. */
  readonly text: string;
  readonly isDeletable: boolean;
}

/** What a verdict goes by, beside the key. */
export interface Circumstances {
  /** Whether its id is on the command line. */
  readonly isNamed: boolean;
  /** When the file was written that holds the state, if it is no live one; NaN if it does not say. */
  readonly fileTime: number | undefined;
}

export function inState({ name, type }: StoredResource): Verdict {
  return { code: "inState", text: `it is in the state of ${name} (${type})`, isDeletable: false };
}

export function verdictOf(stray: Stray, circumstances: Circumstances): Verdict {
  const [code, reason] = doubt(stray, circumstances) ?? [];
  if (code === undefined) {
    if (stray.mark?.onTrial)
      return { code: "onTrial", text: "on trial, nobody ever got it", isDeletable: true };
    const but = stray.use.known && stray.use.last ? " except when it was made" : "";
    return { code: "neverUsed", text: `never used${but}`, isDeletable: true };
  }
  return circumstances.isNamed
    ? { code, text: `${reason}; named by its id`, isDeletable: true }
    : { code, text: `${reason}: only by its id`, isDeletable: false };
}

/** Why somebody may have the key, so that only a person who names it can say. */
function doubt(
  { tie, use, createdAt }: Stray,
  { fileTime }: Circumstances,
): readonly [Verdict["code"], string] | undefined {
  if (tie === "user") return ["noMark", "no mark"];
  if (!use.known) return ["useUnknown", "its last use cannot be seen"];
  if (tie === "memory") return ["otherName", "it carries another name, or none"];
  const madeAt = Date.parse(createdAt ?? "");
  if (Number.isNaN(madeAt)) return ["ageUnknown", "its age is not known"];
  const usedAt = use.last && Date.parse(use.last.at);
  if (usedAt !== undefined && !isTrialUse(madeAt, usedAt)) return ["used", `used ${momentText(usedAt)}`];
  if (fileTime !== undefined && !(madeAt < fileTime))
    return ["youngerThanFile", "it may be younger than the file"];
  return undefined;
}
