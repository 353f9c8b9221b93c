import type { KeyEvent } from "./report.ts";
import type { KeyFacts } from "./stackFacts.ts";

/** What happened to a key, from the state before and after. */
export function keyEvents(before: KeyFacts | undefined, after: KeyFacts | undefined): KeyEvent[] {
  const events: KeyEvent[] = [];
  const [was, is] = [before?.current, after?.current];
  if (is !== undefined && is !== was) {
    events.push(was === undefined ? { did: "created", key: is } : { did: "rotated", key: is, instead: was });
  }
  const held = [after?.current, after?.previous?.id];
  const gone = [before?.previous?.id, was].filter((id) => id !== undefined && !held.includes(id));
  events.push(...gone.map((key) => ({ did: "retired", key: key ?? "" }) as const));
  const { previous } = after ?? {};
  const wasActive = previous?.id === was || before?.previous?.isActive === true;
  if (previous && !previous.isActive && wasActive) events.push({ did: "made inactive", key: previous.id });
  return events;
}
