import { readFileSync } from "node:fs";
import { LANGUAGES } from "../cli/languages.ts";
import { overlapping } from "../provider/kinds/fields.ts";
import type { Kind } from "../provider/kinds/kind.ts";
import { ADOPT } from "../provider/lifecycle/adoptedId.ts";
import { isRotating, loadDerivedOutputs, loadWholeKind } from "../provider/lifecycle/loadLifecycle.ts";
import { sinkOutputs } from "../provider/sinks/withSinks.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";
import { programs } from "./programs.ts";
import { type DocumentedProperty, docs } from "./sdkDocs.ts";
import { configVariables, providerArguments, settingTypes } from "./settings.ts";
import { type ObjectType, type SchemaType, ZodTypes } from "./zodTypes.ts";

/** The schema of the package, out of the kinds and the docstrings of `sdk`. */
export async function pulumiSchema(kinds: readonly DeclaredKind[]) {
  const types = new ZodTypes(docs);
  const keyTypes: Record<string, ObjectType> = {};
  const resources: Record<string, unknown> = {};
  for (const { kind } of kinds) {
    for (const type of resourceTypes(kind)) {
      resources[`iam-keys:${type}`] = await resource(type, kind.type, types, keyTypes);
    }
  }
  return {
    ...aboutPackage(),
    config: { variables: configVariables() },
    provider: {
      description:
        "The credentials that the keys are made with. Without an explicit provider, they come from the stack's config and the environment.",
      inputProperties: providerArguments(),
    },
    types: sorted({ ...types.types, ...keyTypes, ...settingTypes() }),
    resources: sorted(resources),
    functions: { "iam-keys:yandex:getIamToken": getIamToken() },
  };
}

async function resource(type: string, kind: string, types: ZodTypes, keyTypes: Record<string, ObjectType>) {
  const whole = await loadWholeKind(type);
  const derived = await loadDerivedOutputs(type);
  const { description, properties } = docs.of(type);
  const args = docs.of(`${type}Args`).properties;
  const fields: Readonly<Record<string, { safeParse(value: undefined): { success: boolean } }>> = {
    ...whole.inputs.shape,
    ...(isRotating(type) ? overlapping : {}),
  };
  const names = Object.keys(fields);
  const replacing = isRotating(type) ? [whole.account] : whole.replaceOn.filter((name) => name !== ADOPT);
  const inputProperties = Object.fromEntries(
    names.map((name) => [
      name,
      {
        ...types.of(name, fields[name], kind),
        description: descriptionOf(name, args),
        ...(replacing.includes(name) ? { willReplaceOnChanges: true } : {}),
      },
    ]),
  );
  const keyRef = isRotating(type) ? keyType(kind, whole, keyTypes) : undefined;
  const outputs = properties.map((property): [string, SchemaType] => [
    property.name,
    {
      ...(["current", "previous"].includes(property.name) ? keyRef : outputType(property)),
      description: property.description,
      ...(derived.secrets.includes(property.name) ? { secret: true } : {}),
    },
  ]);
  const instead = isRotating(type) ? {} : insteadOfSecrets(whole);
  return {
    description: `${description}${exampleSection(type)}`,
    properties: { ...Object.fromEntries(outputs), ...instead },
    required: properties.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
    inputProperties,
    requiredInputs: names.filter((name) => !fields[name]?.safeParse(undefined).success),
    aliases: [{ type: `pulumi-nodejs:dynamic/iam-keys/${type}` }],
  };
}

/** The example in every language, as the Registry and the SDKs take it: each shows its own. */
function exampleSection(type: string): string {
  const program = programs()[type];
  if (!program) return "";
  const blocks = Object.keys(LANGUAGES).map(
    (language) => `\`\`\`${language}\n${program[language]?.trim()}\n\`\`\``,
  );
  const example = ["{{% example %}}", ...blocks, "{{% /example %}}"].join("\n");
  return `\n\n{{% examples %}}\n## Example Usage\n${example}\n{{% /examples %}}`;
}

/** One key of a rotating resource: described as the resource that is one such key. */
function keyType(kind: string, whole: Kind, keyTypes: Record<string, ObjectType>): SchemaType {
  const token = `iam-keys:${kind}Outputs`;
  const described = new Map(docs.of(kind).properties.map(({ name, description }) => [name, description]));
  const { properties } = docs.of(`${kind}Outputs`);
  keyTypes[token] = {
    type: "object",
    properties: {
      ...Object.fromEntries(
        properties.map((property) => [
          property.name,
          {
            ...outputType(property),
            description: described.get(property.name) ?? "The key's id in the API.",
            ...(whole.secretOutputs.includes(property.name) ? { secret: true } : {}),
          },
        ]),
      ),
      ...insteadOfSecrets(whole),
    },
    required: properties.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
  };
  return { $ref: `#/types/${token}` };
}

function outputType({ name, type }: DocumentedProperty): SchemaType {
  if (type === "string" || /^("\w+"( \| )?)+$/.test(type)) return { type: "string" };
  if (/^(readonly )?string\[\]$/.test(type)) return { type: "array", items: { type: "string" } };
  throw new Error(`${name} is of the type ${type}, which has no place in a schema`);
}

/** What replaces the secrets if they are kept out of the state. */
function insteadOfSecrets(whole: Kind): Readonly<Record<string, SchemaType>> {
  const description = "The output that replaces the secrets if they are kept out of the state.";
  return Object.fromEntries(sinkOutputs(whole).map((name) => [name, { type: "string", description }]));
}

function descriptionOf(name: string, args: readonly DocumentedProperty[]): string {
  const own = args.find((property) => property.name === name)?.description;
  if (own) return own;
  const sink = ["EncryptedArgs", "LockboxArgs", "SecretsManagerArgs"]
    .flatMap((args) => docs.of(args).properties)
    .find((property) => property.name === name)?.description;
  if (!sink) throw new Error(`sdk describes no argument ${name}`);
  return sink;
}

function getIamToken() {
  const { description } = docs.of("yandex:getIamToken");
  const [{ description: account } = { description: "" }] = docs.of("yandex:GetIamTokenArgs").properties;
  return {
    description,
    inputs: {
      properties: { serviceAccountId: { type: "string", description: account } },
      required: ["serviceAccountId"],
    },
    outputs: {
      properties: {
        iamToken: {
          type: "string",
          description: "The token, for the header `Authorization: Bearer …`.",
          secret: true,
        },
      },
      required: ["iamToken"],
    },
  };
}

function aboutPackage() {
  const { version, description, license, author, homepage, repository } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  const url = new URL(repository.url.replace(/^git\+|\.git$/g, ""));
  const path = `${url.host}${url.pathname}`;
  return {
    name: "iam-keys",
    displayName: "IAM Keys",
    version,
    description,
    publisher: author,
    homepage,
    repository: url.href,
    // The address from which an engine gets a plugin that it does not have: the page of the release.
    pluginDownloadURL: `github://api.${path}`,
    keywords: ["pulumi", "iam", "credentials", "rotation", "category/infrastructure", "kind/native"],
    license,
    meta: { moduleFormat: "(.*)" },
    language: {
      go: { respectSchemaVersion: true, importBasePath: `${path}/sdk/go/iamkeys` },
      // The names that begin with Pulumi's own are reserved for it, on NuGet and on Maven Central.
      csharp: {
        respectSchemaVersion: true,
        rootNamespace: "PulumiIamKeys",
        namespaces: { "iam-keys": "IamKeys", aws: "Aws", yandex: "Yandex" },
      },
      java: { basePackage: "io.github.pulumi_iam_keys", buildFiles: "none" },
      nodejs: { respectSchemaVersion: true, packageName: "pulumi-iam-keys-sdk" },
      python: { respectSchemaVersion: true, packageName: "pulumi_iam_keys" },
    },
  };
}

function sorted<Value>(entries: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => a.localeCompare(b, "en")));
}
