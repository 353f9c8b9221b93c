import { closest } from "fastest-levenshtein";
import { type Namespace, SETTINGS } from "./settingTable.ts";
import { UNKNOWN } from "./unknown.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** The name of a setting, as its author wrote it: "yandexToken", or "yandex.token" in a provider's arguments. */
export interface Given {
  readonly path: string;
  /** Every value, as in the stack's config: a text, or the JSON of anything else. */
  readonly text: string;
}

export interface Configuration {
  /** The settings by their full names: "yandex:token". */
  readonly settings: ReadonlyMap<string, Given>;
  /** Why they cannot be used. */
  readonly problems: readonly string[];
}

/** What the engine itself puts among a provider's arguments. */
export const ENGINE_NAMES: readonly string[] = ["version", "pluginDownloadURL", "parameterization"];

const OWN_NAMESPACE = "iam-keys:";

const NESTED = ["yandex", "aws"] as const;

const OWN = Object.keys(SETTINGS["iam-keys"]);

/** The name of each setting in the config of this package: "yandex:token" is "yandexToken", "iam-keys:auditTo" is "auditTo". */
export const FLAT_NAMES: ReadonlyMap<string, string> = new Map([
  ...NESTED.flatMap((namespace) =>
    Object.keys(SETTINGS[namespace]).map((name): [string, string] => [
      flatName(namespace, name),
      `${namespace}:${name}`,
    ]),
  ),
  ...OWN.map((name): [string, string] => [name, `iam-keys:${name}`]),
]);

/** Reads the config of the package, or the arguments of an explicit provider. A setting that is not known is refused. */
export function readConfiguration(given: Arguments): Configuration {
  const settings = new Map<string, Given>();
  const problems: string[] = [];
  const take = (fullName: string, path: string, value: unknown) => {
    const before = settings.get(fullName);
    if (before)
      problems.push(`${before.path} and ${path} are the same setting: keep one and remove the other`);
    settings.set(fullName, { path, text: typeof value === "string" ? value : JSON.stringify(value) });
  };
  for (const [name, value] of Object.entries(given)) {
    if (isAbsent(value) || ENGINE_NAMES.includes(name)) continue;
    const namespace = NESTED.find((nested) => nested === name);
    const fullName = FLAT_NAMES.get(name);
    if (fullName !== undefined) take(fullName, name, value);
    else if (namespace === undefined) problems.push(unknownName(name, [...FLAT_NAMES.keys(), ...NESTED]));
    else if (value !== UNKNOWN) takeNested(namespace, value, take, problems);
  }
  return { settings, problems };
}

/**
 * The settings of a stack's config by their full names, wherever they stand: as the dynamic resources and other providers
 * have them, or as this package's own.
 */
export function settingsIn(config: ReadonlyMap<string, string>): (name: string) => string | undefined {
  const own = [...config].filter(([name]) => name.startsWith(OWN_NAMESPACE));
  const { settings } = readConfiguration(
    Object.fromEntries(own.map(([name, value]) => [name.slice(OWN_NAMESPACE.length), value])),
  );
  return (name) => config.get(name) ?? settings.get(name)?.text;
}

/** The arguments that hold a secret, even if they are not marked as secrets. */
export function secretArguments(given: Arguments): readonly string[] {
  const isSecret = (fullName: string) => {
    const [namespace = "", name = ""] = fullName.split(":");
    return SETTINGS[namespace as Namespace]?.[name]?.isSecret === true;
  };
  return Object.keys(given).filter((name) =>
    [...readConfiguration({ [name]: given[name] }).settings.keys()].some(isSecret),
  );
}

function takeNested(
  namespace: Namespace,
  value: unknown,
  take: (fullName: string, path: string, value: unknown) => void,
  problems: string[],
): void {
  const parts = objectOf(value);
  if (!parts) {
    problems.push(`${namespace} must be an object, such as { "${Object.keys(SETTINGS[namespace])[0]}": … }`);
    return;
  }
  const names = Object.keys(SETTINGS[namespace]);
  for (const [name, part] of Object.entries(parts)) {
    if (isAbsent(part)) continue;
    const path = `${namespace}.${name}`;
    if (names.includes(name)) take(`${namespace}:${name}`, path, part);
    else
      problems.push(
        unknownName(
          path,
          names.map((known) => `${namespace}.${known}`),
        ),
      );
  }
}

/** SDKs hand the structured arguments of a provider over as JSON text. */
function objectOf(value: unknown): Arguments | undefined {
  if (typeof value !== "string")
    return typeof value === "object" && !Array.isArray(value) ? (value as Arguments) : undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "string" || parsed === null ? undefined : objectOf(parsed);
  } catch {
    return undefined;
  }
}

function unknownName(name: string, known: readonly string[]): string {
  return `${name} is not a setting of iam-keys; did you mean ${closest(name, [...known])}?`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function flatName(namespace: string, name: string): string {
  return `${namespace}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
