/** The type of a value: "string", "integer", "boolean", "object", or "array" of items of a type. */
export interface ConfigType {
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
