import type * as z from "zod";
import { IamKeysError } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import { checkAdoption } from "./adoption.ts";
import type { Checked } from "./contract.ts";
import { jointProblems } from "./jointProblems.ts";
import { readOrder, readRevert, STAMPS } from "./keyDecision.ts";
import { OWNER, ownerOf } from "./ownerInput.ts";
import { validateInputs } from "./validate.ts";

/** What says which inputs a resource takes. */
export interface Taking {
  readonly type: string;
  readonly kind: Kind;
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** Why inputs that are valid for the kind do not go together in this resource. */
  problems(inputs: Properties): string[];
}

/** What a check needs to know about a resource. */
interface Checking extends Taking {
  readonly session: Session;
}

/** What the inputs themselves say, whoever the caller is. */
export function checkAlone(taking: Taking, olds: Properties, news: Properties, now: number): Checked {
  const { type, kind, fields } = taking;
  const checked = validateInputs(type, fields, news);
  if (checked.problems.length > 0) return checked;
  const { inputs } = checked;
  return { inputs, problems: [...jointProblems(type, kind, inputs, olds, now), ...taking.problems(inputs)] };
}

/**
 * Checks the inputs, and the caller's settings. Nothing is added to what the program wrote, and nothing is sent. There
 * is one exception: a preview should know whether a key that is adopted exists.
 */
export async function checkInputs(checking: Checking, olds: Properties, news: Properties): Promise<Checked> {
  const { type, kind, session } = checking;
  const alone = checkAlone(checking, olds, withoutOldStamps(olds, news), session.ports.now());
  if (alone.problems.length > 0) return alone;
  const { inputs: given } = alone;
  try {
    void session.audit;
    readOrder(session.ports);
    readRevert(session.ports);
    kind.checkSettings(session);
    await kind.prepare?.(session, given);
    const inputs = await checkAdoption(type, kind, session, olds, given);
    session.owners.of(ownerOf(type, inputs)).isWanted(olds[OWNER] !== undefined);
    return { inputs, problems: [] };
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    return { inputs: given, problems: [error.message] };
  }
}

/** 0.1.0 stamped its inputs. Under `ignoreChanges`, the engine puts those stamps among the inputs of this run. */
function withoutOldStamps(olds: Properties, news: Properties): Properties {
  const isOldStamp = (name: string) => STAMPS.some((stamp) => stamp === name) && news[name] === olds[name];
  return Object.fromEntries(Object.entries(news).filter(([name]) => !isOldStamp(name)));
}
