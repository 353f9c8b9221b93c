import { isDeepStrictEqual } from "node:util";
import type { DiffResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Properties } from "../kinds/kind.ts";

/** Which properties differ. */
export interface Names {
  readonly replaces: readonly string[];
  readonly updates: readonly string[];
}

/**
 * Says of each property that differs whether it came, went or changed, and whether that replaces the resource. The
 * engine would show outputs that no program writes as removed. A message says what happens to them instead.
 */
export function detailedDiff(
  { replaces, updates }: Names,
  oldInputs: Properties,
  news: Properties,
): DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const names = [...new Set([...replaces, ...updates])];
  const reply = new messages.DiffResponse();
  reply.setChanges(names.length > 0 ? DIFF_SOME : DIFF_NONE);
  reply.setReplacesList([...new Set(replaces)]);
  reply.setDiffsList(names);
  reply.setHasdetaileddiff(true);
  for (const name of names.filter((name) => name in oldInputs || name in news)) {
    const difference = new messages.PropertyDiff();
    // The program did not change it, so it differs from what exists.
    const isOfProgram = !isDeepStrictEqual(oldInputs[name], news[name]);
    difference.setInputdiff(isOfProgram);
    difference.setKind(kindOf(isOfProgram, name, replaces.includes(name), oldInputs, news));
    reply.getDetaileddiffMap().set(name, difference);
  }
  return reply;
}

function kindOf(
  isOfProgram: boolean,
  name: string,
  isReplacing: boolean,
  oldInputs: Properties,
  news: Properties,
): 0 | 1 | 2 | 3 | 4 | 5 {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  if (isOfProgram && oldInputs[name] === undefined) return isReplacing ? ADD_REPLACE : ADD;
  if (isOfProgram && news[name] === undefined) return isReplacing ? DELETE_REPLACE : DELETE;
  return isReplacing ? UPDATE_REPLACE : UPDATE;
}
