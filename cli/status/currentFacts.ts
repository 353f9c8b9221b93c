import { dueByAge } from "../../provider/lifecycle/keyDecision.ts";
import type { Facts, Subject } from "./heldStatus.ts";
import type { Next } from "./keyStatus.ts";
import { nextOfCurrent } from "./nextOfCurrent.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What is known of the current key of a rotating resource. */
export function currentFacts({ resource, kind }: Subject, rehearsal: Rehearsal): Facts {
  const { inputs, outputs, isReplaced } = resource;
  return isReplaced
    ? { state: "pendingDeletion", next: nextOfReplaced(rehearsal) }
    : {
        state: "current",
        dueAt: dueByAge(kind, inputs, outputs),
        next: nextOfCurrent(resource, kind, rehearsal),
      };
}

/** What happens to a key of a resource that another one has replaced. */
export function nextOfReplaced({ failure }: Rehearsal): Next {
  const text = "deleted: another key took its place";
  return failure === undefined
    ? { action: "delete", reason: "replaced", text }
    : { action: "fail", reason: "replaced", text: `${text}; the run fails: ${failure}` };
}
