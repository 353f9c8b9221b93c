import { type ErrorCode, IamKeysError } from "../../provider/errors.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { OwnKeys } from "../../provider/lifecycle/ownKeys.ts";
import type { Session } from "../../provider/session.ts";
import type { Use } from "../apiView.ts";
import type { Stray } from "../strays/stray.ts";
import type { Candidate, Look } from "./look.ts";
import type { Outcome } from "./outcome.ts";
import { verdictOf } from "./verdict.ts";

/**
 * Deletes keys that somebody has agreed to, each only if it still may be.
 *
 * @param shownAt when they were shown, in milliseconds since the epoch
 * @param look what there is to see since then
 */
export async function deleteStrays(
  candidates: readonly Candidate[],
  shownAt: number,
  look: Look,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  try {
    for (const candidate of candidates) {
      const end = await deleteStray(candidate, shownAt, look).catch(failure);
      outcomes.push({ candidate, ...end });
    }
  } finally {
    await look.session.audit.flush();
  }
  return outcomes;
}

type End = Omit<Outcome, "candidate">;

async function deleteStray({ id, stray: shown }: Candidate, shownAt: number, look: Look): Promise<End> {
  const { session, unseen, candidates, circumstancesOf } = look;
  const found = candidates.find((candidate) => candidate.id === id);
  if (!found) {
    return unseen.length > 0
      ? { did: "failed", reason: `it could not be read again: ${unseen.join(" ")}` }
      : { did: "gone" };
  }
  const { stray, verdict } = found;
  if (!stray) return { did: "refused", reason: verdict.text };
  // Its trial has ended since: somebody has it now.
  if (shown?.mark?.onTrial && !stray.mark?.onTrial)
    return { did: "refused", reason: "it was handed out just now" };
  if (await stray.kind.callerNeeds?.(session, id, accountOf(stray)))
    return { did: "refused", reason: "this command authenticates with it" };
  const use = await lastUse(stray, session);
  if (use.known && use.last && Date.parse(use.last.at) > shownAt)
    return { did: "refused", reason: "it was used just now" };
  const { isDeletable, text } = verdictOf({ ...stray, use }, circumstancesOf(id));
  if (!isDeletable) return { did: "refused", reason: text };
  const { type, inputs, outputs } = stray.resource;
  const own = new OwnKeys(type, stray.kind, session, outputs, inputs);
  await own.discard(id, accountOf(stray), "a person swept it");
  return { did: "deleted" };
}

const DENIED: readonly ErrorCode[] = ["UNAUTHENTICATED", "PERMISSION_DENIED"];

/** One key that cannot be deleted keeps no other one from it. */
function failure(error: unknown): End {
  if (!(error instanceof IamKeysError)) throw error;
  return { did: "failed", reason: error.message, isDenied: DENIED.includes(error.code) };
}

/** As it is at this moment, and not as a list has it. */
async function lastUse(stray: Stray, session: Session): Promise<Use> {
  if (!stray.kind.lastUse) return { known: false };
  try {
    const last = await stray.kind.lastUse(session, stray.id, accountOf(stray));
    return { known: true, last, isGone: false };
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    return { known: false, why: error.message };
  }
}

function accountOf({ kind, account }: Stray): Properties {
  return { [kind.account]: account };
}
