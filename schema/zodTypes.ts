import * as z from "zod";
import type { SdkDocs } from "./sdkDocs.ts";

/** A type as a Pulumi schema has it. */
export type SchemaType = Readonly<Record<string, unknown>>;

/** What a Pulumi schema says of an object's shape. */
export interface ObjectType {
  readonly type: "object";
  readonly description?: string;
  readonly properties: Readonly<Record<string, SchemaType>>;
  readonly required?: readonly string[];
}

/** The arguments that are objects of the same shape whatever takes them: with the interface of `sdk` that describes it. */
const SHARED: Readonly<Record<string, { readonly name: string; readonly documentedBy?: string }>> = {
  rotate: { name: "RotationPolicy", documentedBy: "RotationPolicy" },
  window: { name: "RotationWindow", documentedBy: "RotationWindow" },
  retire: { name: "RetirementPolicy", documentedBy: "RetirementPolicy" },
  encryptTo: { name: "EncryptTo", documentedBy: "EncryptTo" },
  adopt: { name: "Adopt" },
};

/** The same where each kind has a shape of its own. */
const OF_A_KIND: Readonly<Record<string, string>> = {
  verify: "Trial",
  outputToLockbox: "ToLockbox",
  outputToSecretsManager: "ToSecretsManager",
};

/** Makes the types of arguments out of what the kinds accept. */
export class ZodTypes {
  readonly types: Record<string, ObjectType> = {};
  readonly #docs: SdkDocs;

  constructor(docs: SdkDocs) {
    this.#docs = docs;
  }

  /**
   * @param name of the argument
   * @param kind the module and the name of the kind that takes it: "yandex:StaticAccessKey"
   */
  of(name: string, field: unknown, kind: string): SchemaType {
    if (field instanceof z.ZodOptional) return this.of(name, field.unwrap(), kind);
    if (field instanceof z.ZodBoolean) return { type: "boolean" };
    if (field instanceof z.ZodNumber) return { type: "integer" };
    if (field instanceof z.ZodArray) return { type: "array", items: this.of(name, field.element, kind) };
    if (field instanceof z.ZodRecord) {
      const isOfTexts = field.valueType instanceof z.ZodString;
      return { type: "object", additionalProperties: isOfTexts ? { type: "string" } : ANY };
    }
    if (field instanceof z.ZodUnion) return this.#oneOf(name, field.options, kind);
    if (field instanceof z.ZodObject) return this.#named(name, field, kind);
    return { type: "string" };
  }

  #oneOf(name: string, options: readonly unknown[], kind: string): SchemaType {
    return { oneOf: options.map((option) => this.of(name, option, kind)) };
  }

  #named(name: string, { shape }: z.ZodObject, kind: string): SchemaType {
    const { token, documentedBy } = this.#nameOf(name, kind);
    const described = documentedBy === undefined ? undefined : this.#docs.of(documentedBy);
    const entries = Object.entries(shape).map(([property, field]): [string, SchemaType] => {
      const known = described?.properties.find((each) => each.name === property)?.description;
      const description = known ?? undocumented(property);
      const secret = name === "adopt" && property === "secret" ? { secret: true } : {};
      return [property, { ...this.of(property, field, kind), description, ...secret }];
    });
    const required = Object.keys(shape).filter((property) => !shape[property].safeParse(undefined).success);
    this.types[token] = {
      type: "object",
      ...(described ? { description: described.description } : {}),
      properties: Object.fromEntries(entries),
      ...(required.length > 0 ? { required } : {}),
    };
    return { $ref: `#/types/${token}` };
  }

  #nameOf(name: string, kind: string): { token: string; documentedBy?: string | undefined } {
    const shared = SHARED[name];
    if (shared) return { token: `iam-keys:index:${shared.name}`, documentedBy: shared.documentedBy };
    const suffix = OF_A_KIND[name];
    if (suffix === undefined) throw new Error(`${name} of ${kind} is an object of no known name`);
    const own = `${kind}${suffix}Args`;
    const documentedBy = name === "verify" ? (this.#docs.has(own) ? own : "TrialArgs") : undefined;
    return { token: `iam-keys:${kind}${suffix}`, documentedBy };
  }
}

/** Any value. */
export const ANY: SchemaType = { $ref: "pulumi.json#/Any" };

/** What `sdk` describes with the argument that has it. */
function undocumented(property: string): string {
  const [, output] = /^entryFor(\w+)$/.exec(property) ?? [];
  if (output)
    return `The name of the entry that gets \`${output.charAt(0).toLowerCase()}${output.slice(1)}\`.`;
  const texts: Readonly<Record<string, string>> = {
    id: "The id of the key, as the API lists it.",
    secret: "The secret that came with the key. It is never kept as an input.",
    secretId: "The secret whose new version gets the values.",
  };
  const text = texts[property];
  if (text === undefined) throw new Error(`nothing describes ${property}`);
  return text;
}
