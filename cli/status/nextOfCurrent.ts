import type { Kind } from "../../provider/kinds/kind.ts";
import { isRotating } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { type Outlook, outlookText } from "../../provider/rotation/outlook.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { Next } from "./keyStatus.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What the next run does to the key that is in use, or to a resource that has none. */
export function nextOfCurrent(resource: StoredResource, kind: Kind, rehearsal: Rehearsal): Next {
  const { does, failure } = rehearsal;
  if (does === "refuse") return { action: "fail", reason: "refused", text: `the run is refused: ${failure}` };
  const next = plannedNext(resource, kind, rehearsal);
  if (resource.isProtected && does === "replace")
    return {
      ...next,
      action: "fail",
      text: `${next.text}; the engine refuses it, because the resource is protected`,
    };
  if (failure !== undefined)
    return { ...next, action: "fail", text: `${next.text}; the run fails: ${failure}` };
  return next;
}

function plannedNext(resource: StoredResource, kind: Kind, rehearsal: Rehearsal): Next {
  const { does, because } = rehearsal;
  const outlook = rehearsedOutlook(resource, rehearsal);
  const text = outlook ? outlookText(outlook) : "";
  if (outlook?.what === "newKey") {
    const action = isRotating(resource.type) && does !== "replace" ? "rotate" : "replace";
    return { action, reason: outlook.reasons[0]?.because, text };
  }
  if (outlook?.what === "revert") return { action: "revert", reason: "ordered", text };
  if (outlook?.what === "held") {
    const { by } = outlook.held;
    return { action: "hold", reason: by === "previous" ? "previousInTheWay" : by, text };
  }
  const changed = because.filter((name) => Object.hasOwn(kind.inputs.shape, name));
  if (changed.length === 0) return { action: "none", text: "nothing" };
  return { action: "update", reason: "changed", text: text || `update ${changed.join(", ")}` };
}

/** What the preview says, put right by what the run comes to: a previous key that is in use may stay in the way. */
function rehearsedOutlook(
  { outputs }: StoredResource,
  { does, outlook, acts, failure }: Rehearsal,
): Outlook | undefined {
  const { previous } = outputs as RotatingState;
  const makes = does === "replace" || acts.some(({ what }) => what === "create");
  if (outlook?.what !== "newKey" || !previous || makes || failure !== undefined) return outlook;
  return { what: "held", held: { by: "previous", previousId: previous.id, reasons: outlook.reasons } };
}
