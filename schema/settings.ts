import { FLAT_NAMES } from "../provider/configuration.ts";
import { type DeclaredSetting, type Namespace, SETTINGS } from "../provider/settingTable.ts";
import { ANY, type ObjectType, type SchemaType } from "./zodTypes.ts";

/** The settings in the stack's config: "iam-keys:yandexToken". */
export function configVariables(): Readonly<Record<string, SchemaType>> {
  return Object.fromEntries(
    [...FLAT_NAMES].map(([flat, full]) => {
      const [namespace = "", name = ""] = full.split(":");
      return [flat, variable(settingOf(namespace as Namespace, name))];
    }),
  );
}

/** The types of an explicit provider's arguments. */
export function settingTypes(): Readonly<Record<string, ObjectType>> {
  return { [token("yandex")]: objectOf("yandex"), [token("aws")]: objectOf("aws") };
}

/** The arguments of an explicit provider. */
export function providerArguments(): Readonly<Record<string, SchemaType>> {
  const own = Object.keys(SETTINGS["iam-keys"]).map((name) => [name, variable(settingOf("iam-keys", name))]);
  return {
    yandex: {
      $ref: `#/types/${token("yandex")}`,
      description: "The credentials and addresses for requests to Yandex Cloud.",
    },
    aws: {
      $ref: `#/types/${token("aws")}`,
      description: "The credentials and addresses for requests to AWS.",
    },
    ...Object.fromEntries(own),
  };
}

function objectOf(namespace: Namespace): ObjectType {
  const names = Object.keys(SETTINGS[namespace]);
  return {
    type: "object",
    description: "If a setting is absent, it comes from the environment.",
    properties: Object.fromEntries(names.map((name) => [name, variable(settingOf(namespace, name))])),
  };
}

function token(namespace: "yandex" | "aws"): string {
  return `iam-keys:index:${namespace === "aws" ? "Aws" : "Yandex"}Settings`;
}

function settingOf(namespace: Namespace, name: string): DeclaredSetting {
  const setting = SETTINGS[namespace][name];
  if (!setting) throw new Error(`${namespace}:${name} is no setting`);
  return setting;
}

function variable({ form, description, environment, isSecret }: DeclaredSetting): SchemaType {
  const place = environment === undefined ? "" : ` In the environment: \`${environment}\`.`;
  return {
    ...FORMS[form ?? "text"],
    description: `${description}${place}`,
    ...(isSecret ? { secret: true } : {}),
  };
}

const FORMS: Readonly<Record<string, SchemaType>> = {
  text: { type: "string" },
  flag: { type: "boolean" },
  number: { type: "number" },
  texts: { type: "array", items: { type: "string" } },
  object: { type: "object", additionalProperties: ANY },
  objects: { type: "array", items: { type: "object", additionalProperties: ANY } },
  textMap: { type: "object", additionalProperties: { type: "string" } },
};
