import { LANGUAGES } from "../cli/languages.ts";
import type { Kind } from "../provider/kinds/kind.ts";
import { methodsText, roleText } from "./accessTables.ts";
import { errorTable } from "./errorTable.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";
import { markdownText } from "./markdownText.ts";
import { programs } from "./programs.ts";
import type { pulumiSchema } from "./pulumiSchema.ts";
import { docs, summaryOf } from "./sdkDocs.ts";

type Schema = Awaited<ReturnType<typeof pulumiSchema>>;

/** A property as the schema has it. */
interface Property {
  readonly description?: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly oneOf?: readonly Property[];
  readonly additionalProperties?: Property;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
}

interface Properties {
  readonly [name: string]: Property;
}

interface Resource {
  readonly properties: Properties;
  readonly inputProperties: Properties;
  readonly requiredInputs: readonly string[];
}

type Types = Readonly<Record<string, { readonly properties: Properties }>>;

const FOLDER = "docs/reference";
const WRITTEN = "<!-- Written by `npm run schema`, from the kinds and their classes. -->";

/** A page for each resource, and one that names them all. */
export function referencePages(kinds: readonly DeclaredKind[], schema: Schema): [string, string][] {
  const pages = kinds.flatMap(({ kind }) =>
    resourceTypes(kind).map((type) => new ReferencePage(type, kind, schema)),
  );
  const lines = pages.map(
    ({ title, description }) => `- [${title}](${title}.md): ${summaryOf(description)}.`,
  );
  const index = ["# Resources", WRITTEN, lines.join("\n")];
  return [
    [`${FOLDER}/README.md`, `${index.join("\n\n")}\n`],
    ...pages.map((page): [string, string] => [`${FOLDER}/${page.title}.md`, page.text]),
  ];
}

class ReferencePage {
  readonly #type: string;
  readonly #kind: Kind;
  readonly #resource: Resource;
  readonly #types: Types;

  constructor(type: string, kind: Kind, schema: Schema) {
    this.#type = type;
    this.#kind = kind;
    this.#resource = schema.resources[`iam-keys:${type}`] as Resource;
    this.#types = schema.types as Types;
  }

  get title(): string {
    return this.#type.replace(":", ".");
  }

  get description(): string {
    return docs.of(this.#type).description;
  }

  get text(): string {
    const { page } = docs.of(this.#type);
    if (!page) throw new Error(`the class of ${this.#type} has no @see`);
    const { access, isAdoptable } = this.#kind;
    const role = this.#type.startsWith("aws:") ? "" : `Role: ${roleText(access)}. `;
    const sections = [
      `# ${this.title}`,
      WRITTEN,
      this.description,
      "## Example",
      ...this.#examples(),
      "## Arguments",
      this.#list(this.#resource.inputProperties, ({ name, property }) => [
        this.#resource.requiredInputs.includes(name) ? "required" : "",
        property.willReplaceOnChanges ? "a change replaces the resource" : "",
      ]),
      "## Outputs",
      this.#list(this.#resource.properties, ({ property }) => [property.secret ? "secret" : ""]),
      ...(isAdoptable
        ? [
            "## Import",
            `With the plugin: \`pulumi import iam-keys:${this.#type} <name> <${this.#kind.account}>/<key id>\`. With the dynamic resource: \`adopt\`.`,
          ]
        : []),
      "## Permissions",
      `${role}API methods used: ${methodsText(access)}. [SECURITY.md](../../SECURITY.md#least-privileges) says where to grant them.`,
      `See also [the page of the API](${page}).`,
      "## Errors",
      errorTable(this.#kind),
    ];
    return `${sections.join("\n\n")}\n`;
  }

  /** The TypeScript package's own comes first, and then each language that works by the plugin. */
  #examples(): readonly string[] {
    const { example = "" } = docs.of(this.#type);
    const own = `With the TypeScript package \`pulumi-iam-keys\`:\n\n\`\`\`ts\n${example.trim()}\n\`\`\``;
    const program = programs()[this.#type] ?? {};
    const others = Object.entries(LANGUAGES).flatMap(([language, name]) =>
      program[language] ? `${name}:\n\n\`\`\`${language}\n${program[language].trim()}\n\`\`\`` : [],
    );
    return [own, "Whole programs with the plugin:", ...others];
  }

  #list(
    properties: Properties,
    remarksOf: (each: { name: string; property: Property }) => readonly string[],
    indent = "",
  ): string {
    return Object.entries(properties)
      .map(([name, property]) => {
        const remarks = [this.#typeName(property), ...remarksOf({ name, property })].filter(Boolean);
        const words = markdownText((property.description ?? "").replaceAll(/\n+/g, " "));
        const inner = this.#shapesOf(property).map((shape) => this.#list(shape, () => [], `${indent}  `));
        return [`${indent}- \`${name}\` (${remarks.join(", ")}): ${words}`, ...inner].join("\n");
      })
      .join("\n");
  }

  #typeName(property: Property): string {
    const { type, $ref, items, oneOf, additionalProperties } = property;
    if (oneOf) return oneOf.map((each) => this.#typeName(each)).join(" or ");
    if (items) return `list of ${this.#typeName(items)}`;
    if ($ref) return $ref === "pulumi.json#/Any" ? "any value" : "object";
    if (additionalProperties) return `map of ${this.#typeName(additionalProperties)}`;
    return type ?? "any value";
  }

  /** The properties of the objects that it may be. */
  #shapesOf({ $ref, oneOf = [] }: Property): readonly Properties[] {
    const own = this.#types[$ref?.replace("#/types/", "") ?? ""]?.properties;
    // A key of a rotating resource has the outputs of the plain one, which has a page of its own.
    const isKey = $ref?.endsWith("Outputs") ?? false;
    return [...(own && !isKey ? [own] : []), ...oneOf.flatMap((each) => this.#shapesOf(each))];
  }
}
