/** A change of a resource that the engine plans; secrets are left out of the inputs. */
export interface Change {
  readonly urn: string;
  readonly op: string;
  readonly old: Inputs | undefined;
  readonly new: Inputs | undefined;
}

type Inputs = Readonly<Record<string, unknown>>;

/** What a preview comes to, for a run that rotates and does not deploy. */
export interface DuePlan {
  /** The keys that are to be made. */
  readonly rotations: readonly string[];
  /** What else is to be set right or cleaned up, though the program was not edited for it. */
  readonly upkeep: readonly string[];
  /** What differs because the program was edited: that is for whoever deploys. */
  readonly edits: readonly string[];
}

/** The resources of pulumi-iam-keys. */
export const KEY_TYPE = "pulumi-nodejs:dynamic/iam-keys/";

/** What pulumi-iam-keys itself writes into the inputs of a resource. */
const STAMPS = ["keySince", "rotatesAt", "rotateNow"];

/** Operations that change nothing, or are a part of one that is planned beside them. */
const IGNORED = ["same", "refresh", "read", "create-replacement"];

/** Sorts what the engine plans; of several plans for one resource the first of this order counts. */
export function duePlan(changes: readonly Change[]): DuePlan {
  const planned = changes.filter(({ op, urn }) => !IGNORED.includes(op) && !urn.includes("::pulumi:"));
  const of = (sort: keyof DuePlan) => {
    const urns = planned.filter((change) => sortOf(change) === sort).map(({ urn }) => urn);
    return [...new Set(urns)];
  };
  const rotations = of("rotations");
  const edits = of("edits").filter((urn) => !rotations.includes(urn));
  const upkeep = of("upkeep").filter((urn) => ![...rotations, ...edits].includes(urn));
  return { rotations, upkeep, edits };
}

function sortOf({ urn, op, old, new: wanted }: Change): keyof DuePlan {
  const isKey = urn.includes(KEY_TYPE);
  // What an earlier run has replaced and not come to delete.
  if (op === "delete-replaced") return "upkeep";
  if (!wanted) return "edits";
  if (!old) return isKey ? "rotations" : "edits";
  if (isKey && isCalledFor(old, wanted)) return "rotations";
  if (isEdited(old, wanted)) return "edits";
  return isKey && old.keySince !== wanted.keySince ? "rotations" : "upkeep";
}

/** Whether a new key is due by age or by order: an edit of the program that nobody has deployed must not hold it up. */
function isCalledFor(old: Inputs, wanted: Inputs): boolean {
  const isOrdered = wanted.rotateNow !== undefined && wanted.rotateNow !== old.rotateNow;
  const isOld = Date.parse(String(old.rotatesAt)) <= Date.parse(String(wanted.keySince));
  return isOrdered || isOld;
}

function isEdited(old: Inputs, wanted: Inputs): boolean {
  const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
  return names
    .filter((name) => !STAMPS.includes(name))
    .some((name) => JSON.stringify(old[name]) !== JSON.stringify(wanted[name]));
}

/** The name of a resource in the program. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
