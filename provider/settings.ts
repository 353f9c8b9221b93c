import { IamKeysError } from "./errors.ts";
import type { Ports } from "./ports.ts";

/** The places of a caller's setting: the stack's configuration first, then the environment. */
export interface SettingName {
  readonly config: string;
  readonly environment: string;
}

export interface Setting {
  readonly value: string;
  /** How an error message names the place the value came from. */
  readonly source: string;
}

/** The setting, or undefined if it is absent or empty in both places. */
export function readSetting(ports: Ports, name: SettingName): Setting | undefined {
  const configured = ports.config(name.config);
  if (configured) return { value: configured, source: `stack config ${name.config}` };
  const fromEnvironment = ports.environment[name.environment];
  if (fromEnvironment) return { value: fromEnvironment, source: `environment variable ${name.environment}` };
  return undefined;
}

/** A setting that is true or false; undefined if it is absent. */
export function readFlag(ports: Ports, name: SettingName): boolean | undefined {
  const setting = readSetting(ports, name);
  if (!setting) return undefined;
  if (setting.value === "true") return true;
  if (setting.value === "false") return false;
  throw new IamKeysError("INVALID_CONFIG", `${setting.source} must be true or false.`);
}

/** Reads settings that exclude each other in the same place. The stack's configuration wins. */
export function readOneOf<Name extends string>(
  ports: Ports,
  names: Readonly<Record<Name, SettingName>>,
): (Setting & { readonly name: Name }) | undefined {
  for (const place of ["config", "environment"] as const) {
    const given = (Object.keys(names) as Name[]).filter((name) =>
      place === "config" ? ports.config(names[name].config) : ports.environment[names[name].environment],
    );
    const [name, second] = given;
    if (name === undefined) continue;
    if (second !== undefined) {
      throw new IamKeysError(
        "INVALID_CONFIG",
        `${given.map((each) => names[each][place]).join(" and ")} are both set, so it is not clear whose credentials to use.`,
        { hint: "Keep one and remove the other." },
      );
    }
    const setting = readSetting(ports, names[name]);
    if (setting) return { ...setting, name };
  }
  return undefined;
}
