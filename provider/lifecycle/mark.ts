import { createHash } from "node:crypto";
import type { Properties } from "../kinds/kind.ts";

/**
 * Says whose key it is, and which one: "k3f9x2ab.4" is the fourth key of the resource that has the instance "k3f9x2ab".
 * A resource gets its instance when it is first made, and hands it on to the resource that replaces it. Two resources
 * never share one, whatever their names are, and in whichever backend their states lie.
 */
export interface Mark {
  readonly instance: string;
  readonly number: number;
  /** The key was never handed to the engine: nobody but the run that made it has ever had its secret. */
  readonly onTrial: boolean;
}

/** The output that holds the mark of a key; that of a resource is the mark of its newest key. */
export const MARK = "mark";

const INSTANCE_LENGTH = 8;
const PATTERN = /^([0-9a-z]{8})\.([1-9]\d{0,8})(\?)?$/;

/** The mark of the first key of a resource that is made now. */
export function firstMark(uuid: string): Mark {
  const digest = BigInt(`0x${createHash("sha256").update(uuid).digest("hex")}`);
  return { instance: digest.toString(36).slice(0, INSTANCE_LENGTH), number: 1, onTrial: false };
}

export function parseMark(text: unknown): Mark | undefined {
  const [, instance, number, trial] = PATTERN.exec(typeof text === "string" ? text : "") ?? [];
  if (instance === undefined) return undefined;
  return { instance, number: Number(number), onTrial: trial !== undefined };
}

export function markText({ instance, number, onTrial }: Mark): string {
  return `${instance}.${number}${onTrial ? "?" : ""}`;
}

/** The properties of a key from when somebody may have it. */
export function handedOut(properties: Properties): Properties {
  const mark = parseMark(properties[MARK]);
  return mark ? { ...properties, [MARK]: markText({ ...mark, onTrial: false }) } : properties;
}
