import type { ConfigType, DeclaredKey } from "../../../stack/files/declaredConfig.ts";
import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import { EngineFailure } from "../failure.ts";

/** Throws where a stack lacks a value that its project declares, or has it in another form. */
export function requireDeclared(
  declared: readonly DeclaredKey[],
  values: ReadonlyMap<string, ConfigValue>,
  { project, stack }: { readonly project: string; readonly stack: string },
): void {
  const refuse = (what: string) => new EngineFailure(`validating stack config: Stack '${stack}' ${what}`);
  const keys = declared.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const missing = keys.filter(({ fullKey }) => fullKey.startsWith(`${project}:`) && !values.has(fullKey));
  if (missing.length > 0) {
    const names = new Intl.ListFormat("en-GB").format(missing.map(({ name }) => `'${name}'`));
    throw refuse(`is missing configuration value${missing.length > 1 ? "s" : ""} ${names}`);
  }
  for (const { name, fullKey, type, secret } of keys) {
    const held = values.get(fullKey);
    if (held === undefined || type === undefined) continue;
    if (secret && !held.secret)
      throw refuse(`with configuration key '${name}' must be encrypted as it's secret`);
    if (!isOfType(type, structured(type, held.value)))
      throw refuse(`with configuration key '${name}' must be of type '${nameOf(type)}'`);
  }
}

/** What is no plain text is held as JSON. */
function structured({ type }: ConfigType, text: string): unknown {
  if (type !== "array" && type !== "object") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isOfType({ type, items }: ConfigType, value: unknown): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value));
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return items !== undefined && Array.isArray(value) && value.every((item) => isOfType(items, item));
  }
}

function nameOf({ type, items }: ConfigType): string {
  return items === undefined ? type : `array<${nameOf(items)}>`;
}
