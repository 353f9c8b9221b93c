import type { ListedKey } from "../../provider/api/keyLists.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { MARK, type Mark, parseMark } from "../../provider/lifecycle/mark.ts";
import { readTag, tagNames } from "../../provider/lifecycle/ownerTag.ts";
import type { HeldKey, RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import type { Session } from "../../provider/session.ts";

/** A key that an answer has handed out. */
export interface HandedOut {
  readonly id: string;
  readonly mark: Mark;
  /** RFC 3339. */
  readonly createdAt: string | undefined;
}

/**
 * A rotation must not delete these keys, because a later answer has handed them out as the previous key. The state that
 * came in is older than that answer, or is another branch. The cloud tells, because each key carries its number. So it
 * does not matter what was forgotten here, or which rotator gave that answer. AWS keys carry no mark, but there are
 * never three: if the state does not know a key, that key replaced the current one, and none is deleted.
 *
 * @param remembered what this process has handed out lately, which a list may not show yet
 */
export async function handedOutLater(
  session: Session,
  kind: Kind,
  outputs: Properties,
  inputs: Properties,
  remembered: Iterable<HandedOut>,
): Promise<ReadonlySet<string>> {
  const { current, previous, abandoned = [] } = outputs as RotatingState;
  const inDanger = [...(previous ? [previous.id] : []), ...abandoned];
  const names = tagNames(kind.type.replace(":", ":Rotating"), kind, inputs);
  if (!kind.list || names.length === 0 || inDanger.length === 0) return new Set();
  const { keys } = await kind.list(session, { ...current, ...inputs }, "now");
  const known = new Set([...inDanger, ...(current ? [current.id] : [])]);
  const others = [...keys.flatMap((key) => handedOutKey(key, names)), ...remembered].filter(
    ({ id }) => !known.has(id),
  );
  const isHandedOut = (id: string) => {
    const listed = keys.find((key) => key.id === id);
    const held = previous?.id === id ? previous : undefined;
    return others.some((other) =>
      isPreviousOf(other, markOf(listed, held), listed?.createdAt ?? held?.createdAt),
    );
  };
  return new Set(inDanger.filter(isHandedOut));
}

/** A key with one of these names that is not on trial: some answer has handed it out. */
function handedOutKey({ id, description, createdAt }: ListedKey, names: readonly string[]): HandedOut[] {
  const tag = readTag(description);
  if (!tag?.mark || tag.mark.onTrial || !names.includes(tag.name)) return [];
  return [{ id, mark: tag.mark, createdAt }];
}

function markOf(listed: ListedKey | undefined, held: HeldKey | undefined): Mark | undefined {
  return (listed && readTag(listed.description)?.mark) ?? parseMark(held?.[MARK]);
}

/** Whether the answer with that key may have had a key of this mark as its previous one. */
function isPreviousOf(answered: HandedOut, mark: Mark | undefined, createdAt: string | undefined): boolean {
  if (mark?.instance === answered.mark.instance) return answered.mark.number === mark.number + 1;
  // If a state was written by hand, the key before the first key of an instance may have another instance.
  const isYounger = Date.parse(createdAt ?? "") > Date.parse(answered.createdAt ?? "");
  return answered.mark.number === 1 && !isYounger;
}
