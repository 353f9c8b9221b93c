import { createHash } from "node:crypto";
import { LONGEST_DESCRIPTION } from "../kinds/fields.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import { MARK, type Mark, parseMark } from "./mark.ts";
import { OWNER } from "./ownerInput.ts";

/** Half of a description, so that a long name leaves room for what the key is for. */
const LONGEST_TAG = 128;
/** What a mark takes of it at most: " #k3f9x2ab.1234567?". */
const LONGEST_MARK = 19;
const DIGEST_LENGTH = 8;

/**
 * What stands at the end of a key's description on the server, so that a later run knows whose it is: "[pulumi
 * project/stack/name #k3f9x2ab.4]"; "rotating:[pulumi …]" for a rotating resource, because one of the other form may
 * have its name, and neither may take the other's keys for its own. Keys that were made before there were marks have
 * none. Undefined if the key is to carry no tag, or cannot.
 *
 * @param properties the owner, the mark of the key, and whether it has a tag
 */
export function ownerTag(type: string, kind: Kind, properties: Properties): string | undefined {
  const name = nameInTag(type, kind, properties, parseMark(properties[MARK]) ? LONGEST_MARK : 0);
  if (name === undefined) return undefined;
  return parseMark(properties[MARK]) ? `${name} #${properties[MARK]}]` : `${name}]`;
}

/** The beginning of the tags of all keys that carry the name of the resource, whosever they are. */
export function tagNames(type: string, kind: Kind, properties: Properties): readonly string[] {
  const names = [LONGEST_MARK, 0].map((room) => nameInTag(type, kind, properties, room));
  return [...new Set(names)].filter((name) => name !== undefined);
}

/** "[pulumi project/stack/name", cut where it leaves too little room. */
function nameInTag(type: string, kind: Kind, properties: Properties, room: number): string | undefined {
  const owner = properties[OWNER];
  if (!kind.list || typeof owner !== "string" || properties.tagDescription === false) return undefined;
  const tag = (name: string) => `${type === kind.type ? "" : "rotating:"}[pulumi ${name}`;
  // A bracket in a name could make the end of one tag look like another one.
  const name = owner.replaceAll("[", "(");
  const excess = lengthOf(`${tag(name)}]`) + room - LONGEST_TAG;
  if (name === owner && excess <= 0) return tag(owner);
  const digest = createHash("sha256").update(owner).digest("hex").slice(0, DIGEST_LENGTH);
  const kept = [...name].slice(0, Math.min(0, -(excess + DIGEST_LENGTH + 1)) || undefined);
  return tag(`${kept.join("")}…${digest}`);
}

/** The description as the server is to have it. */
export function withTag(description: unknown, tag: string | undefined): string | undefined {
  const text = typeof description === "string" ? description : undefined;
  if (tag === undefined) return text;
  return text ? `${text} ${tag}` : tag;
}

/** The description as the program has it. */
export function withoutTag(description: string, tag: string | undefined): string {
  if (tag === undefined || trailingTag(description) !== tag) return description;
  return description.slice(0, -tag.length).replace(/ $/, "");
}

/** The description without the tag at its end, whosever it is. */
export function withoutAnyTag(description: string): string {
  return withoutTag(description, trailingTag(description));
}

/** The tag at the end of a description, whosever it is. */
function trailingTag(description: string): string | undefined {
  // There is no other bracket in it, so the last one begins it.
  return /(?:^| )((?:rotating:)?\[pulumi [^[]*\])$/.exec(description)?.[1];
}

/** What the tag at the end of a description says. */
export interface ReadTag {
  /** One of `tagNames`. */
  readonly name: string;
  /** Undefined on a key that was made before there were marks. */
  readonly mark: Mark | undefined;
}

/** Reads the tag at the end of a description, whosever it is. */
export function readTag(description: string): ReadTag | undefined {
  const tag = trailingTag(description)?.slice(0, -1);
  if (tag === undefined) return undefined;
  const [, name, text] = /^(.*) #(\S+)$/s.exec(tag) ?? [];
  const mark = parseMark(text);
  return mark && name !== undefined ? { name, mark } : { name: tag, mark: undefined };
}

/** "project/stack/name": whose the key is, as the tag at the end of its description says, which may have it cut. */
export function ownerInTag(description: string): string | undefined {
  return readTag(description)?.name.replace(/^(rotating:)?\[pulumi /, "");
}

/** Why the description and the tag do not fit together. */
export function tagProblems(type: string, kind: Kind, inputs: Properties): string[] {
  const name = nameInTag(type, kind, inputs, LONGEST_MARK);
  const { description } = inputs;
  if (name === undefined || typeof description !== "string" || description === "") return [];
  const most = LONGEST_DESCRIPTION - lengthOf(`${name}]`) - LONGEST_MARK - 1;
  if (lengthOf(description) <= most) return [];
  return [
    `description must be at most ${most} characters long beside its owner tag "${name} #…]", and has ${lengthOf(description)}; tagDescription: false leaves the tag out`,
  ];
}

function lengthOf(text: string): number {
  return [...text].length;
}
