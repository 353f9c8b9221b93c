import type { LocalCredential } from "../../local/iam/index.ts";
import { PROJECT, RESOURCES, type ResourceName, STACK } from "./stackProgram.ts";

/** What stands at the end of a description, written here anew, so that a change of it is noticed. */
interface TagMark {
  readonly instance: string;
  readonly number: number;
  readonly onTrial: boolean;
}

/** The mark that a key carries on the server. */
export function markOf({ description = "" }: Pick<LocalCredential, "description">): TagMark | undefined {
  const [, instance, number, trial] = / #([0-9a-z]{8})\.(\d+)(\??)\]$/.exec(description) ?? [];
  if (instance === undefined) return undefined;
  return { instance, number: Number(number), onTrial: trial === "?" };
}

/** The tag that the keys of a resource carry, with that mark or none. */
export function tagOf(name: ResourceName, mark?: string): string {
  const rotating = RESOURCES[name].includes(":Rotating") ? "rotating:" : "";
  return `${rotating}[pulumi ${PROJECT}/${STACK}/${name}${mark === undefined ? "" : ` #${mark}`}]`;
}
