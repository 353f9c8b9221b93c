import { matchesPattern } from "../../provider/rotation/pattern.ts";
import { nameOf } from "../../stack/files/urn.ts";
import { keyType } from "../../stack/keyType.ts";

/** What is allowed. */
export interface Limits {
  /** How old a key may be, and how long until it is rotated, in days. */
  readonly maxAgeDays: number;
  /** Names of resources that the rules skip; "*" stands for any characters. */
  readonly except: readonly string[];
}

export const DEFAULT_LIMITS: Limits = { maxAgeDays: 90, except: [] };

/** A resource of a stack: its outputs or, before there are any, its inputs. */
export interface StackResource {
  readonly urn: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** One thing that is wrong with one key. */
export interface Violation {
  readonly urn: string;
  readonly message: string;
}

/** Kinds that expire by themselves, and are made again by the first run that finds too little time left. */
const RENEWED = ["yandex:IamToken", "yandex:EphemeralAccessKey"];
const DAY = 24 * 60 * 60 * 1000;
const UNITS = [7 * DAY, DAY, DAY / 24, 60_000, 1000];
/** Both forms in one. Only values that the package accepts get this far. */
const DURATION = /^P?(?:(\d+)W)?(?:(\d+)D)?T?(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:([\d.,]+)S)?$/i;

/** Why the key will get older than it may, by what its program says: nothing rotates it, or not often enough. */
export function rotationViolations(resource: StackResource, limits: Limits): Violation[] {
  const kind = kindOf(resource, limits);
  if (!kind || RENEWED.includes(kind)) return [];
  const { rotate, expiresIn } = resource.props;
  const right = `Set rotate: { every: "${limits.maxAgeDays}d" }, or more often.`;
  if (isObject(rotate) && rotate.paused === true)
    return [violation(resource, kind, "its rotation is paused", "Remove paused: true from rotate.")];
  if (rotate === undefined && expiresIn === undefined)
    return [violation(resource, kind, "nothing rotates it", right)];
  const every = isObject(rotate) ? duration(rotate.every) : beforeExpiry(duration(expiresIn));
  if (every === undefined || every <= limits.maxAgeDays * DAY) return [];
  return [violation(resource, kind, `it is rotated only every ${days(every)}`, right)];
}

/**
 * How old a key gets by its policy, if a run comes as soon as something is due; undefined if that is not known. An
 * inactive key counts, too, although it no longer works.
 */
function oldestByPolicy(kind: string, props: StackResource["props"]): number | undefined {
  const { rotate, expiresIn, overlap, retire } = props;
  const every = isObject(rotate) ? duration(rotate.every) : beforeExpiry(duration(expiresIn));
  const lead = isObject(rotate) ? (duration(rotate.lead) ?? 0) : 0;
  if (every === undefined) return undefined;
  if (!kind.includes(":Rotating")) return every - lead;
  const stays = duration(overlap) ?? DAY;
  const grace = isObject(retire) ? (duration(retire.grace) ?? DAY) : DAY;
  return every - lead + stays + (kind.startsWith("aws:") && stays > 0 ? grace : 0);
}

/** A key that expires is rotated at two thirds of its life, where its program says nothing else. */
function beforeExpiry(lifetime: number | undefined): number | undefined {
  return lifetime === undefined ? undefined : (lifetime * 2) / 3;
}

/** Why the key as it is now is older than it may be. */
export function ageViolations(resource: StackResource, limits: Limits, now: number): Violation[] {
  const kind = kindOf(resource, limits);
  if (!kind) return [];
  return RENEWED.includes(kind)
    ? expiryViolations(resource, kind, limits, now)
    : keyAgeViolations(resource, kind, limits, now);
}

function keyAgeViolations(
  resource: StackResource,
  kind: string,
  { maxAgeDays }: Limits,
  now: number,
): Violation[] {
  const { current, previous, ...props } = resource.props;
  // An exported stack has the moments of a rotating key encrypted. Only `keySince` of the current one is not.
  const since = earliest(props, current);
  if (since === undefined)
    return [violation(resource, kind, "its age is not known", "Run `pulumi up`, which records it.")];
  const right = `No key may be older than ${maxAgeDays} days: the next \`pulumi up\` rotates it if rotate.every is no longer than that.`;
  const isTooOld = (made: number | undefined) => made !== undefined && now - made > maxAgeDays * DAY;
  const previousSince = earliest(previous);
  const oldest = oldestByPolicy(kind, props);
  return [
    ...(isTooOld(since) ? [violation(resource, kind, `its key is ${days(now - since)} old`, right)] : []),
    ...(previousSince !== undefined && isTooOld(previousSince)
      ? [
          violation(
            resource,
            kind,
            `its previous key is ${days(now - previousSince)} old`,
            `${oldest === undefined || oldest <= maxAgeDays * DAY ? "" : `Its policy lets a key get ${days(oldest)} old. `}Set a shorter rotate.every or overlap, or a longer rotate.lead, and run \`pulumi up\` to retire it.`,
          ),
        ]
      : []),
  ];
}

function expiryViolations(
  resource: StackResource,
  kind: string,
  { maxAgeDays }: Limits,
  now: number,
): Violation[] {
  const { keySince, expiresAt } = resource.props;
  const [since, expires] = [moment(keySince), moment(expiresAt)];
  if (expires === undefined) return [];
  if (expires <= now) {
    const right = "Run `pulumi up` now, and more often than it expires.";
    return [violation(resource, kind, `it expired at ${expiresAt}, and no run has renewed it`, right)];
  }
  if (since === undefined || expires - since <= maxAgeDays * DAY) return [];
  const right = `Set a duration of at most ${maxAgeDays} days.`;
  return [violation(resource, kind, `it is valid for ${days(expires - since)}`, right)];
}

/** The kind of a key; undefined if the resource is no key, or is skipped. */
function kindOf({ type, urn }: StackResource, { except }: Limits): string | undefined {
  return except.some((pattern) => matchesPattern(pattern, nameOf(urn))) ? undefined : keyType(type);
}

function violation({ urn }: StackResource, kind: string, wrong: string, right: string): Violation {
  return { urn, message: `${nameOf(urn)} (${kind}): ${wrong}. ${right}` };
}

/** When the first of the keys was made or decided upon, as far as that can be read. */
function earliest(...keys: readonly unknown[]): number | undefined {
  const moments = keys
    .filter(isObject)
    .flatMap(({ keySince, createdAt, createDate }) => [keySince, createdAt, createDate])
    .map(moment)
    .filter((time) => time !== undefined);
  return moments.length > 0 ? Math.min(...moments) : undefined;
}

function moment(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The milliseconds of "90d", "1h30m" or "P90D"; undefined if that is not known yet. */
function duration(value: unknown): number | undefined {
  const [, ...counts] = typeof value === "string" ? (DURATION.exec(value) ?? []) : [];
  if (counts.length === 0) return undefined;
  return counts.reduce(
    (sum, count = "0", unit) => sum + Number(count.replace(",", ".")) * (UNITS[unit] ?? 0),
    0,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function days(milliseconds: number): string {
  return `${Math.floor((milliseconds / DAY) * 10) / 10} days`;
}
