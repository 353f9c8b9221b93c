import { EngineFailure } from "../failure.ts";
import type { ConfigValue } from "./stackConfig.ts";

/** The type of a value: "string", "integer", "boolean", "object", or "array" of items of a type. */
interface ConfigType {
  readonly type: string;
  readonly items?: ConfigType;
}

/** A configuration key as a project declares it. */
export interface DeclaredKey {
  /** As Pulumi.yaml has it. */
  readonly name: string;
  readonly fullKey: string;
  /** What a stack has that says nothing else; undefined: each stack must say something. */
  readonly value: unknown;
  /** Undefined: any. */
  readonly type: ConfigType | undefined;
  /** Whether no stack may have it in the clear. */
  readonly secret: boolean;
}

/** The keys in the `config` of a project file. */
export function readDeclaredConfig(config: Record<string, unknown>, project: string): DeclaredKey[] {
  return Object.entries(config).map(([name, declared]) => {
    const fullKey = name.includes(":") ? name : `${project}:${name}`;
    if (typeof declared !== "object" || declared === null || Array.isArray(declared)) {
      return { name, fullKey, value: declared ?? undefined, type: undefined, secret: false };
    }
    const { value, default: fallback, type, secret } = declared as Record<string, unknown>;
    return {
      name,
      fullKey,
      value: value ?? fallback ?? undefined,
      type: typeof type === "string" ? (declared as unknown as ConfigType) : undefined,
      secret: secret === true,
    };
  });
}

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
