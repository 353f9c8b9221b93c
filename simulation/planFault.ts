import type { Fault } from "../local/iam/index.ts";
import type { FaultAt } from "./happenings.ts";
import type { RotatingKind } from "./rotatingKinds.ts";
import type { World } from "./world.ts";

/** More often than any run asks. */
const ALWAYS = 1000;
const LOST: Fault = { status: 500, when: "after" };

/** Has the requests of the next run fail in that way. */
export function planFault({ iam }: World, kind: RotatingKind, { at, how }: FaultAt): void {
  const operation = at === "any" ? "*" : kind[at];
  if (operation === undefined) return;
  if (at === "any") {
    iam.fail({ operation, times: ALWAYS, fault: kind.denied });
    return;
  }
  if (at === "verify" && how === "neverWorks") {
    iam.fail({ operation, times: ALWAYS, fault: kind.unknownKey });
    iam.fail({ operation: kind.delete, times: ALWAYS, fault: kind.denied });
    return;
  }
  if (at === "create" && how === "unknown") {
    iam.fail({ operation: kind.list, skip: kind.beforeCreate.length, times: ALWAYS, fault: kind.denied });
    iam.fail({ operation, times: ALWAYS, fault: LOST });
    return;
  }
  const faults: Record<FaultAt["how"], Fault> = {
    denied: kind.denied,
    lost: LOST,
    withoutSecret: at === "create" ? { omit: kind.secret } : kind.denied,
    neverWorks: kind.denied,
    unknown: kind.denied,
  };
  iam.fail({ operation, fault: faults[how] });
}
