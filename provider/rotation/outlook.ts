import type { RetirementPolicy, RetirementStep, Retiring } from "./retirement.ts";

/** Why a new key is due. Moments in milliseconds since the epoch. */
export type Reason =
  | { readonly because: "ordered"; readonly token: string }
  | { readonly because: "changed"; readonly inputs: readonly string[] }
  | {
      readonly because: "due";
      readonly since: number;
      readonly every: string;
      readonly lead?: string | undefined;
      readonly jitter?: string | undefined;
    }
  | { readonly because: "expiring"; readonly words: string }
  | { readonly because: "keyMissing" }
  | { readonly because: "secretMissing"; readonly outputs: readonly string[] };

/** What holds a key although there are reasons for a new one. */
export interface Held {
  readonly by: "paused" | "window" | "previous";
  readonly reasons: readonly Reason[];
  /** When the hold is over, if that is known. */
  readonly until?: number | undefined;
  /** The previous key that is in the way. */
  readonly previousId?: string | undefined;
}

/** What happens to the key in use when there is a new one. */
export interface OldKey {
  readonly id: string;
  /** It is inactive, and stays inactive. */
  readonly isInactive?: boolean;
  readonly fate:
    | "replaced"
    /** It is made active again, and stays. */
    | "kept"
    | "cutOff"
    | { readonly keepsWorkingUntil: number; readonly orLonger: boolean };
}

/** What a run will do about the key in use. */
export type Outlook =
  | { readonly what: "newKey"; readonly reasons: readonly Reason[]; readonly old?: OldKey | undefined }
  | { readonly what: "held"; readonly held: Held }
  /** The previous key becomes the current one again. */
  | {
      readonly what: "revert";
      readonly token: string;
      readonly id: string;
      readonly old?: OldKey | undefined;
    }
  /** The policy changed, and the key stays. `next`: when it is due from now on; undefined if it never is. */
  | { readonly what: "policy"; readonly next: number | undefined };

/** What to say whenever a key ends before its time. */
export const CUT_OFF = "whatever still uses it is cut off";

/** The outlook for a person: in a preview, in `status`, and in what follows from them. */
export function outlookText(outlook: Outlook): string {
  switch (outlook.what) {
    case "newKey":
      return `new key: ${[reasonsText(outlook.reasons), ...oldKeyTexts(outlook.old)].join("; ")}`;
    case "held":
      return `${holdText(outlook.held)}: ${reasonsText(outlook.held.reasons)}`;
    case "revert":
      return [
        `back to the previous key ${outlook.id}: ${revertReason(outlook.token)}`,
        ...oldKeyTexts(outlook.old),
      ].join("; ");
    case "policy": {
      const { next } = outlook;
      return `policy changed; ${next === undefined ? "no rotation by age" : `next rotation ${momentText(next)}`}; no new key`;
    }
  }
}

/** Why the previous key becomes the current one again. */
export function revertReason(token: string): string {
  return `ordered by iam-keys:revertNow (${token})`;
}

/** Whether a person asks for the new key, and not its age. */
export function isAskedFor(reasons: readonly Reason[]): boolean {
  return reasons.some(({ because }) => because === "ordered" || because === "changed");
}

/** Why a new key is due, for a person and for the audit log. */
export function reasonsText(reasons: readonly Reason[]): string {
  return reasons.map(reasonText).join(" and ");
}

type Step = Exclude<RetirementStep, "keep">;
type Replaced = Pick<Retiring, "inactiveSince">;
type KeptByUse = Pick<RetirementPolicy, "unlessUsedWithin" | "onceCurrentUsed">;

/**
 * What a run does to a key that was replaced, and why.
 *
 * @param use what keeps it; nothing if its use is not looked at, or known
 */
export function retirementText(step: Step, replaced: Replaced, use: KeptByUse): string {
  const isUseLookedAt = step !== "reactivate" && replaced.inactiveSince === undefined;
  const kept = isUseLookedAt ? keptByUseText(use) : "";
  return `${DONE[step]}: ${retirementReason(step, replaced)}${kept && `, unless ${kept}`}`;
}

/** The use, or absence of use, that keeps a key whose overlap is over; empty if the policy looks at none. */
export function keptByUseText({ unlessUsedWithin, onceCurrentUsed }: KeptByUse): string {
  return [
    ...(unlessUsedWithin === undefined ? [] : [`it was used within ${unlessUsedWithin}`]),
    ...(onceCurrentUsed ? ["the current key was not used yet"] : []),
  ].join(" or ");
}

/** Why a step of a key's retirement is taken. */
export function retirementReason(step: Step, { inactiveSince }: Replaced): string {
  if (step === "reactivate") return 'retire is "undo"';
  return step === "delete" && inactiveSince !== undefined
    ? "it was inactive for its grace"
    : "its overlap is over";
}

/** Says that a replaced key goes before its time, because a person asked for the next one. */
export function supersededText(makesRoom: boolean): string {
  const first = makesRoom ? ", and before there is a new key, because the account has room for two" : "";
  return `deleted before its overlap is over${first}: ${CUT_OFF}`;
}

const DONE = {
  deactivate: "made inactive",
  reactivate: "made active again",
  delete: "deleted",
} as const;

function reasonText(reason: Reason): string {
  switch (reason.because) {
    case "ordered":
      return `ordered by iam-keys:rotateNow (${reason.token})`;
    case "changed":
      return `${reason.inputs.join(", ")} changed`;
    case "due":
      return `due since ${momentText(reason.since)} (${policyTexts(reason).join(", ")})`;
    case "expiring":
      return reason.words;
    case "keyMissing":
      return "there is no key";
    case "secretMissing":
      return `its ${reason.outputs.join(", ")} is missing`;
  }
}

function policyTexts({ every, lead, jitter }: Extract<Reason, { readonly because: "due" }>): string[] {
  return Object.entries({ every, lead, jitter }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
}

function holdText({ by, until, previousId }: Held): string {
  if (by === "previous") return `held until the previous key ${previousId} is gone`;
  if (by === "paused") return "paused";
  return until === undefined ? "held by its window" : `held by its window until ${momentText(until)}`;
}

function oldKeyTexts(old: OldKey | undefined): string[] {
  if (!old) return [];
  const { id, isInactive = false, fate } = old;
  const keeps = isInactive ? "stays inactive" : "keeps working";
  if (fate === "replaced") return [`it takes the place of ${id}`];
  if (fate === "kept") return [`${id} ${keeps}`];
  if (fate === "cutOff") return [`${id} will be deleted as soon as there is a new one: ${CUT_OFF}`];
  return [`${id} ${keeps} until ${momentText(fate.keepsWorkingUntil)}${fate.orLonger ? " or longer" : ""}`];
}

/** "2026-11-18 09:00 UTC". */
function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
