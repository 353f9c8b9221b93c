import type * as z from "zod";
import { IamKeysError, mayHaveWorked } from "../errors.ts";
import type { Kind, Made, OneKey, Properties } from "../kinds/kind.ts";
import type { Session } from "../session.ts";

/** A place for a key's secrets other than the state. */
export interface Sink {
  /** The argument that chooses it. */
  readonly argument: string;
  /** What the argument takes, for that kind of key. */
  field(kind: Kind): z.ZodType;
  /** The outputs that replace that kind's secrets. */
  outputs(kind: Kind): readonly string[];
  /** Throws if it cannot take anything. Sends nothing. */
  prepare(session: Session, target: Properties): Promise<void>;
  /** Brings the secrets of a key that works there, and gives the outputs. */
  deliver(kind: Kind, session: Session, made: Made, target: Properties): Promise<Properties>;
  /** Whether what was brought there can still be read; undefined if that cannot be found out. */
  isThere?(session: Session, key: OneKey): Promise<boolean | undefined>;
  /** Takes away what was brought there of that key, after it was deleted. */
  withdraw?(kind: Kind, session: Session, key: OneKey): Promise<void>;
}

/** "secretAccessKey" after "entryFor": "entryForSecretAccessKey". */
export function prefixed(prefix: string, output: string): string {
  return `${prefix}${output.charAt(0).toUpperCase()}${output.slice(1)}`;
}

/** What goes to a place outside, by the names of its outputs: the secrets, and the id that belongs to them. */
export function delivered(kind: Kind, { id, outputs }: Made): Record<string, string> {
  const names = [...kind.secretOutputs, ...(kind.idOutput ? [kind.idOutput] : [])];
  return Object.fromEntries(names.map((name) => [name, String(outputs[name] ?? id)]));
}

/**
 * Delivers, and tries once more if it is unknown whether the first time worked. If the second time is refused, the
 * first may have worked.
 */
export async function deliveredOnceMore(deliver: () => Promise<string>): Promise<string> {
  try {
    return await deliver();
  } catch (first) {
    if (!mayHaveWorked(first)) throw first;
    return deliver().catch((second) => {
      if (second instanceof IamKeysError) second.mayHaveWorked = true;
      throw second;
    });
  }
}
