import type { Ports } from "../../provider/ports.ts";
import { Session } from "../../provider/session.ts";
import type { Stack } from "../../stack/stack.ts";
import { type StoredResource, storedResources } from "../../stack/storedResource.ts";
import { ApiView } from "../apiView.ts";
import { findStrays, type Strays } from "../strays/findStrays.ts";
import type { Stray } from "../strays/stray.ts";
import type { Options } from "./options.ts";
import { type Circumstances, inState, type Verdict, verdictOf } from "./verdict.ts";

/** A key that is shown. */
export interface Candidate {
  readonly id: string;
  readonly resource: StoredResource;
  readonly verdict: Verdict;
  /** Absent of a key that the state holds. */
  readonly stray?: Stray;
}

/** What there is to see at one moment. */
export interface Look {
  readonly session: Session;
  readonly candidates: readonly Candidate[];
  /** The ids on the command line that are of none of them. */
  readonly missing: readonly string[];
  /** The accounts that could not be read, and why. */
  readonly unseen: readonly string[];
  readonly circumstancesOf: (id: string) => Circumstances;
}

/** Looks at a stack that was read just now, with a client that has seen nothing yet. */
export async function lookAt(stack: Stack, ports: Ports, { ids, file }: Options): Promise<Look> {
  if (stack.behind !== undefined) throw new Error(stack.behind);
  const session = new Session(ports);
  // Wrong settings are refused before anything is done.
  void session.audit;
  const found = await findStrays(storedResources(stack), new ApiView(session, false));
  const fileTime = file === undefined ? undefined : Date.parse(stack.deployment.manifest?.time ?? "");
  const circumstancesOf = (id: string) => ({ isNamed: ids.includes(id), fileTime });
  const strays = found.strays.map((stray): Candidate => {
    const { id, resource } = stray;
    return { id, resource, stray, verdict: verdictOf(stray, circumstancesOf(id)) };
  });
  const candidates = ids.length === 0 ? strays : named(ids, strays, found.holders);
  const missing = ids.filter((id) => !candidates.some((candidate) => candidate.id === id));
  return { session, candidates, missing, unseen: found.problems, circumstancesOf };
}

/** Those that are on the command line, also where the state holds them. */
function named(
  ids: readonly string[],
  strays: readonly Candidate[],
  holders: Strays["holders"],
): readonly Candidate[] {
  return ids.flatMap((id) => {
    const resource = holders.get(id);
    if (resource) return [{ id, resource, verdict: inState(resource) }];
    return strays.filter((candidate) => candidate.id === id);
  });
}
