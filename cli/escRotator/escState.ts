import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { MARK } from "../../provider/lifecycle/mark.ts";
import { OWNER } from "../../provider/lifecycle/ownerInput.ts";
import { compact } from "../../provider/lifecycle/properties.ts";
import type { HeldKey, RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import type { EscState } from "./stateSchema.ts";

/** The outputs of a rotating resource that holds what the environment has. */
export function outputsOf(
  { rotatedAt, previous, rotation, ...current }: EscState,
  owner: string,
): Properties {
  return compact({
    [OWNER]: owner,
    keySince: rotatedAt,
    current,
    previous,
    abandoned: rotation?.abandoned,
    deliveries: rotation?.deliveries,
    [MARK]: rotation?.mark,
  });
}

/**
 * What Pulumi ESC stores and shows as `current`, and sends as the state of the next rotation: the current key, the key
 * before it as `previous`, and, in `rotation`, what the rotator itself needs to remember.
 */
export function answerOf(kind: Kind, outputs: Properties): Properties {
  const { current, previous, abandoned, deliveries, keySince, mark } = outputs as RotatingState;
  return compact({
    ...(current && shown(kind, current)),
    rotatedAt: keySince,
    previous: previous && shown(kind, previous),
    rotation: compact({ kind: kind.type, owner: outputs[OWNER], abandoned, deliveries, mark }),
  });
}

/** A key, with its id under the name that its consumers know. */
function shown({ idOutput }: Kind, key: HeldKey): Properties {
  return idOutput === undefined ? key : { [idOutput]: key.id, ...key };
}
