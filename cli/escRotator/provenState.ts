import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import type { AccountedRotation } from "../../provider/lifecycle/accountedRotation.ts";
import { OWNER } from "../../provider/lifecycle/ownerInput.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import type { Session } from "../../provider/session.ts";
import { keysOf, withAbandoned } from "./abandonedKeys.ts";
import { requireOneAccount, requireOverlap } from "./conflicts.ts";
import { outputsOf } from "./escState.ts";
import { handedOutLater } from "./laterAnswers.ts";
import type { Memory } from "./memories.ts";
import type { RotationRequest } from "./rotationRequest.ts";
import type { EscState } from "./stateSchema.ts";

/** The id of the resource: a rotation has one. */
export const RESOURCE = "esc";

/** The state that came in, without what it says wrongly: the API says which of its keys exist, and whose they are. */
export async function provenState(
  session: Session,
  lifecycle: AccountedRotation,
  { kind, overlap }: RotationRequest,
  state: EscState,
  inputs: Properties,
  memory: Memory,
): Promise<Properties> {
  const found = await lifecycle.read(RESOURCE, outputsOf(state, String(inputs.owner)));
  const outputs = found?.outputs ?? { owner: inputs.owner, keySince: state.rotatedAt };
  requireOneAccount(kind, inputs, outputs);
  requireOverlap(outputs, overlap, session.ports.now());
  const account = inputs[kind.account] ?? (outputs as RotatingState).current?.[kind.account];
  // Only those that the state has. Another key on trial may be another rotator's, which is about to hand it out.
  const abandoned = await keysOf(kind, session, account, state.rotation?.abandoned);
  const own = await withoutHandedOut(session, kind, { ...outputs, abandoned }, inputs, memory);
  return withAbandoned(own, memory.abandoned);
}

/** The outputs without the keys that a later answer has handed out: this state must not delete those. */
async function withoutHandedOut(
  session: Session,
  kind: Kind,
  outputs: Properties,
  inputs: Properties,
  { handedOut }: Memory,
): Promise<Properties> {
  const later = await handedOutLater(session, kind, outputs, inputs, handedOut);
  if (later.size === 0) return outputs;
  session.ports.warn(
    `${inputs[OWNER]}: key ${[...later].join(" and ")} stays, because a later answer than the one with this state has handed it out.`,
  );
  const { previous, abandoned } = outputs as RotatingState;
  return {
    ...outputs,
    previous: previous && later.has(previous.id) ? undefined : previous,
    abandoned: abandoned?.filter((id) => !later.has(id)),
  };
}
