import { createHash } from "node:crypto";
import { LONGEST_DESCRIPTION } from "../kinds/fields.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import { OWNER } from "./stampedInputs.ts";

/** Half of a description, so that a long name leaves room for what the key is for. */
const LONGEST_TAG = 128;
const DIGEST_LENGTH = 8;

/**
 * What stands at the end of a key's description on the server, so that a later run knows whose it is:
 * "[pulumi project/stack/name]"; "rotating:[pulumi project/stack/name]" for a rotating resource, because one
 * of the other form may have its name, and neither may take the other's keys for its own. Undefined where the key is to carry no tag, or cannot.
 */
export function ownerTag(type: string, kind: Kind, properties: Properties): string | undefined {
  const owner = properties[OWNER];
  if (!kind.list || typeof owner !== "string" || properties.tagDescription === false) return undefined;
  const tag = (name: string) => `${type === kind.type ? "" : "rotating:"}[pulumi ${name}]`;
  // A bracket in a name could make the end of one tag look like another one.
  const name = owner.replaceAll("[", "(");
  const excess = lengthOf(tag(name)) - LONGEST_TAG;
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
  if (tag === undefined || !hasTag(description, tag)) return description;
  return description.slice(0, -tag.length).replace(/ $/, "");
}

/** The tag at the end of a description, whosever it is. */
export function trailingTag(description: string): string | undefined {
  // There is no other bracket in it, so the last one begins it.
  return /(?:^| )((?:rotating:)?\[pulumi [^[]*\])$/.exec(description)?.[1];
}

export function hasTag(description: string, tag: string): boolean {
  return trailingTag(description) === tag;
}

/** Why the description and the tag do not fit together. */
export function tagProblems(type: string, kind: Kind, inputs: Properties): string[] {
  const tag = ownerTag(type, kind, inputs);
  const { description } = inputs;
  if (tag === undefined || typeof description !== "string") return [];
  if (lengthOf(withTag(description, tag) ?? "") <= LONGEST_DESCRIPTION) return [];
  return [
    `description must be at most ${LONGEST_DESCRIPTION - lengthOf(tag) - 1} characters long beside its owner tag "${tag}", and has ${lengthOf(description)}; tagDescription: false leaves the tag out`,
  ];
}

function lengthOf(text: string): number {
  return [...text].length;
}
