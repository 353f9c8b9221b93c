import { IamKeysError } from "../../provider/errors.ts";
import type { Kind } from "../../provider/kinds/kind.ts";
import { LEFTOVERS, type Leftover } from "../../provider/lifecycle/leftovers.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { tagNames } from "../../provider/lifecycle/ownerTag.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import { accountsOf, showsItsKeys } from "./heldKeys.ts";

/** The keys of one kind of one account. */
export interface Place {
  readonly kind: Kind;
  /** Undefined: the caller's own. */
  readonly account: string | undefined;
  /** Those with keys here; those that will be deleted come last. */
  readonly resources: readonly StoredResource[];
  /** The resources by the names that their keys carry. */
  readonly names: ReadonlyMap<string, StoredResource>;
  /** What the resources' outputs remember, by the ids. */
  readonly remembered: ReadonlyMap<string, Leftover & { readonly resource: StoredResource }>;
}

/** Where resources of a stack have keys, and why some of these places cannot be looked at. */
export interface Places {
  readonly places: readonly Place[];
  readonly problems: readonly string[];
}

interface Holding {
  readonly resource: StoredResource;
  readonly kind: Kind;
  readonly account: unknown;
}

export async function placesOf(resources: readonly StoredResource[]): Promise<Places> {
  const { holdings, problems } = await holdingsOf(resources);
  const blocked = new Map<string, string>();
  for (const { resource, kind, account } of holdings) {
    const reason = obstacle(resource, account);
    if (reason === undefined) continue;
    // Keys whose account is not known may be of any.
    const isKnown = account !== undefined && account !== UNKNOWN;
    blocked.set(isKnown ? nameOf(kind, account) : kind.type, reason);
  }
  const grouped = Map.groupBy(holdings, ({ kind, account }) => nameOf(kind, account));
  const open = [...grouped].filter(
    ([name, [first]]) => !blocked.has(name) && !blocked.has(first?.kind.type ?? ""),
  );
  return {
    places: open.map(([, held]) => placeOf(held)),
    problems: [...problems, ...new Set(blocked.values())],
  };
}

function nameOf(kind: Kind, account: unknown): string {
  return `${kind.type} ${account}`;
}

async function holdingsOf(
  resources: readonly StoredResource[],
): Promise<{ holdings: Holding[]; problems: Set<string> }> {
  const problems = new Set<string>();
  const holdings: Holding[] = [];
  const lastReplaced = [...resources].sort((a, b) => Number(a.isReplaced) - Number(b.isReplaced));
  for (const resource of lastReplaced) {
    const kind = await loadWholeKind(resource.type).catch((error: unknown) => {
      if (!(error instanceof IamKeysError)) throw error;
      problems.add(error.message);
    });
    // Tokens and ephemeral keys end by themselves, and no API lists them.
    if (!kind?.list && !kind?.otherKeys) continue;
    for (const account of accountsOf(resource, kind.account)) holdings.push({ resource, kind, account });
  }
  return { holdings, problems };
}

/** Why nobody can tell which keys of the account the resource holds. */
function obstacle(resource: StoredResource, account: unknown): string | undefined {
  const { name, type } = resource;
  if (account === UNKNOWN)
    return `The account of ${name} (${type}) is encrypted in the state. So keys of its kind that are in no state are not searched for.`;
  if (showsItsKeys(resource)) return undefined;
  return `The keys of ${name} (${type}) are encrypted in the state. So keys of ${account ?? "its kind"} that are in no state are not searched for. To search for them, set the stack's passphrase in PULUMI_CONFIG_PASSPHRASE, or use the Pulumi CLI.`;
}

function placeOf(holdings: readonly Holding[]): Place {
  const [{ kind, account }] = holdings as [Holding];
  const resources = holdings.map(({ resource }) => resource);
  const names = resources.flatMap((resource) =>
    [resource.outputs, resource.inputs]
      .flatMap((each) => tagNames(resource.type, kind, each))
      .map((name) => [name, resource] as const),
  );
  const remembered = resources.flatMap((resource) =>
    leftoversOf(resource).map((leftover) => [leftover.id, { ...leftover, resource }] as const),
  );
  return {
    kind,
    account: account as string | undefined,
    resources,
    // If there are two, the first one stays.
    names: new Map(names.reverse()),
    remembered: new Map(remembered),
  };
}

function leftoversOf({ outputs }: StoredResource): readonly Leftover[] {
  const leftovers = outputs[LEFTOVERS];
  return Array.isArray(leftovers) ? leftovers : [];
}
