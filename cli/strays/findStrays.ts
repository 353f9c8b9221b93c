import { IamKeysError } from "../../provider/errors.ts";
import { readTag } from "../../provider/lifecycle/ownerTag.ts";
import type { StoredResource, storedResources } from "../../stack/storedResource.ts";
import type { ApiView, SeenKey, Use } from "../apiView.ts";
import { holdersOf } from "./heldKeys.ts";
import { type Place, placesOf } from "./places.ts";
import type { Stray } from "./stray.ts";

/** What was found beside the keys that a state holds. */
export interface Strays {
  readonly strays: readonly Stray[];
  /** The accounts that could not be read, and why. */
  readonly problems: readonly string[];
  /** The resources by the ids of the keys that the state holds. */
  readonly holders: ReadonlyMap<string, StoredResource>;
}

/** Looks for the keys that may be of a stack's resources and that its state does not hold, as far as an API may be asked. */
export async function findStrays(
  { resources, pending }: ReturnType<typeof storedResources>,
  api: ApiView,
): Promise<Strays> {
  const all = [...resources, ...pending];
  const holders = holdersOf(all);
  const { places, problems } = await placesOf(all);
  const found = await Promise.all(places.map((place) => look(place, api, (id) => holders.has(id))));
  return {
    strays: found.flatMap(({ strays }) => strays),
    problems: api.isOffline ? [] : [...problems, ...found.flatMap(({ problem }) => problem ?? [])],
    holders,
  };
}

async function look(
  place: Place,
  api: ApiView,
  isHeld: (id: string) => boolean,
): Promise<{ strays: readonly Stray[]; problem?: string }> {
  const { kind, account, names, remembered } = place;
  // Keys without a name cannot be told from those of others.
  if (kind.list && names.size === 0 && remembered.size === 0) return { strays: [] };
  if (api.isOffline)
    return { strays: fromMemory(place, isHeld, "The APIs were not asked for the last use (--offline).") };
  const seen = await api.seenKeys(kind, { [kind.account]: account }, isHeld);
  if (seen instanceof IamKeysError)
    return { strays: fromMemory(place, isHeld, seen.message), problem: seen.message };
  const unheld = seen.filter(({ id }) => !isHeld(id));
  return { strays: unheld.flatMap((key) => strayOf(key, place) ?? []) };
}

function strayOf({ description, ...key }: SeenKey, place: Place): Stray | undefined {
  const { kind, account, names, remembered, resources } = place;
  const tag = readTag(description);
  const named = tag && names.get(tag.name);
  const known = { ...key, kind, account, mark: tag?.mark };
  if (named) return { ...known, resource: named, tie: "name" };
  const [first] = resources;
  if (!kind.list && first) return { ...known, resource: first, tie: "user" };
  const memory = remembered.get(key.id);
  return memory && { ...known, resource: memory.resource, tie: "memory" };
}

/** What an earlier run saw, if it cannot be looked at again. */
function fromMemory(
  { kind, account, remembered }: Place,
  isHeld: (id: string) => boolean,
  why: string,
): readonly Stray[] {
  const use: Use = { known: false, why };
  return [...remembered.values()]
    .filter(({ id }) => !isHeld(id))
    .map(({ id, createdAt, resource }) => ({
      id,
      createdAt,
      resource,
      kind,
      account,
      use,
      tie: "memory",
      mark: undefined,
      status: undefined,
    }));
}
