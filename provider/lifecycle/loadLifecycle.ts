import { loadKind } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import { withSinks } from "../sinks/withSinks.ts";
import { AccountedLifecycle } from "./accountedLifecycle.ts";
import { AccountedRotation } from "./accountedRotation.ts";
import { adoptable } from "./adoption.ts";
import type { Lifecycle } from "./contract.ts";
import { DerivedOutputs } from "./derivedOutputs.ts";
import { OfReadableStates } from "./readableState.ts";
import { ReplacingLifecycle } from "./replacingLifecycle.ts";
import { RotatingLifecycle } from "./rotatingLifecycle.ts";

/** "yandex:RotatingStaticAccessKey": two keys of the kind "yandex:StaticAccessKey", one after the other. */
const ROTATING = /^(\w+:)Rotating(\w+)$/;

/** Whether a resource of that type holds two keys. */
export function isRotating(type: string): boolean {
  return ROTATING.test(type);
}

/** The kind of the keys of a resource of that type, with the arguments that all kinds have in common. */
export async function loadWholeKind(type: string): Promise<Kind> {
  return adoptable(withSinks(await loadKind(type.replace(ROTATING, "$1$2"))));
}

/** What follows from the other outputs of a resource of that type. */
export async function loadDerivedOutputs(type: string): Promise<DerivedOutputs> {
  return new DerivedOutputs(await loadWholeKind(type), isRotating(type));
}

/** The life of a resource of that type. */
export async function loadLifecycle(type: string, session: Session): Promise<Lifecycle> {
  return new AccountedLifecycle(type, lifecycleOf(type, await loadWholeKind(type), session), session);
}

/** The life of a resource of that type, whose keys that kind makes, without spans and audit events. */
export function lifecycleOf(type: string, kind: Kind, session: Session): Lifecycle {
  const lifecycle = isRotating(type)
    ? new RotatingLifecycle(type, kind, session)
    : new ReplacingLifecycle(kind, session);
  return new OfReadableStates(type, isRotating(type), lifecycle);
}

/** The life of a resource that rotates keys of the kind of that type ("yandex:StaticAccessKey") at will. */
export async function loadRotation(kindType: string, session: Session): Promise<AccountedRotation> {
  const type = kindType.replace(":", ":Rotating");
  const lifecycle = new RotatingLifecycle(type, await loadWholeKind(kindType), session);
  return new AccountedRotation(type, lifecycle, session);
}
