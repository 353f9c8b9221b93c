import { loadKind } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import { withSinks } from "../sinks/withSinks.ts";
import { AccountedLifecycle } from "./accountedLifecycle.ts";
import { adoptable } from "./adoption.ts";
import type { Lifecycle } from "./contract.ts";
import { ReplacingLifecycle } from "./replacingLifecycle.ts";
import { RotatingLifecycle } from "./rotatingLifecycle.ts";

/** "yandex:RotatingStaticAccessKey": two keys of the kind "yandex:StaticAccessKey", one after the other. */
const ROTATING = /^(\w+:)Rotating(\w+)$/;

/** The kind, with what every kind takes beside its own arguments. */
export async function loadWholeKind(type: string): Promise<Kind> {
  return adoptable(withSinks(await loadKind(type)));
}

/** The life of a resource of that type. */
export async function loadLifecycle(type: string, session: Session): Promise<Lifecycle> {
  const kind = await loadWholeKind(type.replace(ROTATING, "$1$2"));
  const lifecycle = ROTATING.test(type)
    ? new RotatingLifecycle(type, kind, session)
    : new ReplacingLifecycle(kind, session);
  return new AccountedLifecycle(type, lifecycle, session);
}
