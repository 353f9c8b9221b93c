import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import type { Session } from "../../provider/session.ts";

/** The outputs with more keys that could not be deleted yet. */
export function withAbandoned(outputs: Properties, more: readonly string[] = []): Properties {
  const ids = new Set([...((outputs as RotatingState).abandoned ?? []), ...more]);
  return { ...outputs, abandoned: ids.size > 0 ? [...ids] : undefined };
}

/** Those of the keys that the account has. */
export async function keysOf(
  kind: Kind,
  session: Session,
  account: unknown,
  ids: readonly string[] = [],
): Promise<readonly string[]> {
  const found = await Promise.all(ids.map((id) => kind.read(session, id, { [kind.account]: account })));
  return ids.filter((_, index) => {
    const live = found[index];
    return live && (live[kind.account] ?? account) === account;
  });
}
