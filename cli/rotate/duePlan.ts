import { nameOf, typeOf } from "../../stack/files/urn.ts";
import { keyType } from "../../stack/keyType.ts";

/** A change of a resource that the engine plans; secrets are left out of the inputs. */
export interface Change {
  readonly urn: string;
  readonly op: string;
  readonly old: Inputs | undefined;
  readonly new: Inputs | undefined;
}

type Inputs = Readonly<Record<string, unknown>>;
/** The inputs of each resource, by URN, that take something of a key. */
type TakenOfKeys = ReadonlyMap<string, readonly string[]>;
type Sort = "rotations" | "upkeep" | "edits";

/** What a preview means to a run that rotates and does not deploy. */
export interface DuePlan {
  /** The keys that the run makes. */
  readonly rotations: readonly string[];
  /** Those of them that are due by their age and for no other reason. */
  readonly aged: readonly Aged[];
  /** What else the run sets right or cleans up, without an edit of the program. */
  readonly upkeep: readonly string[];
  /** What differs because the program was edited. A deployment changes that. */
  readonly edits: readonly string[];
  /** What pulumi-iam-keys says about the keys, without those that a deployment changes. */
  readonly said: readonly string[];
}

/** A key that is due by its age. */
export interface Aged {
  readonly urn: string;
  /** Since when, in milliseconds since the epoch, to the minute. */
  readonly since: number;
}

const OLD_STAMPS = ["keySince", "rotatesAt", "rotateNow"];

/** Nothing but an edit of the program is the reason for a new key. */
const ONLY_CHANGED = /^\w+(, \w+)* changed$/;

/** Nothing but the age of a key is: "due since 2026-02-01 00:00 UTC (every 31d)". */
const ONLY_AGED = /^due since (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC \([^)]*\)$/;

/** Operations that change nothing, or are a part of one that is planned beside them. */
const IGNORED = ["same", "refresh", "read", "create-replacement"];

/**
 * Sorts what the engine plans; of several plans for one resource the first of this order counts.
 *
 * @param lines what pulumi-iam-keys says in the preview: "uploads (yandex:StaticAccessKey): new key: due since …"
 */
export function duePlan(
  changes: readonly Change[],
  lines: readonly string[],
  { takenOfKeys }: { readonly takenOfKeys: TakenOfKeys },
): DuePlan {
  const planned = changes.filter(({ op, urn }) => !IGNORED.includes(op) && !urn.includes("::pulumi:"));
  const of = (sort: Sort) => {
    const urns = planned
      .filter((change) => sortOf(change, lines, takenOfKeys) === sort)
      .map(({ urn }) => urn);
    return [...new Set(urns)];
  };
  const rotations = of("rotations");
  const edits = of("edits").filter((urn) => !rotations.includes(urn));
  const upkeep = of("upkeep").filter((urn) => ![...rotations, ...edits].includes(urn));
  const due = [...rotations, ...upkeep].map(subjectOf);
  const said = lines.filter((line) => due.some((subject) => line.startsWith(`${subject}: `)));
  const aged = rotations.flatMap((urn) => agedSince(urn, lines));
  return { rotations, aged, upkeep, edits, said };
}

function agedSince(urn: string, lines: readonly string[]): Aged[] {
  const [, day, time] = ONLY_AGED.exec(reasonsForNewKey(urn, lines) ?? "") ?? [];
  return day === undefined ? [] : [{ urn, since: Date.parse(`${day}T${time}Z`) }];
}

function sortOf(
  { urn, op, old, new: wanted }: Change,
  lines: readonly string[],
  takenOfKeys: TakenOfKeys,
): Sort {
  const isKey = kindOf(urn) !== undefined;
  const reasons = isKey ? reasonsForNewKey(urn, lines) : undefined;
  // Replaced in an earlier run, which did not get to delete it.
  if (op === "delete-replaced") return "upkeep";
  if (!wanted) return "edits";
  if (!old) return isKey ? "rotations" : "edits";
  // An edit of the program that nobody has deployed must not hold up what is due by age or by order.
  if (reasons !== undefined && !ONLY_CHANGED.test(reasons)) return "rotations";
  const edited = editedInputs(old, wanted);
  // It has not got the new key yet: an earlier run failed before that. The old key must not go first.
  if (takenOfKeys.get(urn)?.some((name) => edited.includes(name))) return "upkeep";
  if (edited.length > 0) return "edits";
  return isKey && (op === "replace" || reasons !== undefined) ? "rotations" : "upkeep";
}

/** Why the run makes a key, in the words of pulumi-iam-keys; undefined if none is. */
function reasonsForNewKey(urn: string, lines: readonly string[]): string | undefined {
  const beginning = `${subjectOf(urn)}: new key: `;
  const line = lines.find((each) => each.startsWith(beginning));
  return line?.slice(beginning.length).split(/[;.]/, 1)[0];
}

function editedInputs(old: Inputs, wanted: Inputs): string[] {
  // 0.1.0 had moments of its own among the inputs, which an update of the package takes away.
  const names = Object.keys({ ...old, ...wanted }).filter((name) => !OLD_STAMPS.includes(name));
  return names.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(wanted[name]));
}

/** How pulumi-iam-keys calls a resource: "uploads (yandex:StaticAccessKey)". */
export function subjectOf(urn: string): string {
  return `${nameOf(urn)} (${kindOf(urn)})`;
}

/** "yandex:RotatingStaticAccessKey"; undefined if it is no key of pulumi-iam-keys. */
export function kindOf(urn: string): string | undefined {
  return keyType(typeOf(urn));
}
