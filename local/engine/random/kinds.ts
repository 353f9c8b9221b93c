import { randomBytes, randomUUID } from "node:crypto";
import { pickCharacters } from "./characters.ts";

/** A value of a Pulumi property. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Inputs or outputs of a resource. */
export type Properties = { [key: string]: Json };

/** One kind of resource of @pulumi/random: its inputs, and how it is made. */
export interface Kind {
  readonly inputs: Readonly<Record<string, "number" | "boolean" | "string" | "map">>;
  readonly required: readonly string[];
  /** Makes a resource; what it returns is all that is kept. */
  readonly create: (inputs: Properties) => { readonly id: string; readonly outputs: Properties };
}

const stringInputs = {
  keepers: "map",
  length: "number",
  lower: "boolean",
  minLower: "number",
  minNumeric: "number",
  minSpecial: "number",
  minUpper: "number",
  number: "boolean",
  numeric: "boolean",
  overrideSpecial: "string",
  special: "boolean",
  upper: "boolean",
} as const;

/** The kinds that are served, by type token. */
export const kinds: Readonly<Record<string, Kind>> = {
  "random:index/randomId:RandomId": {
    inputs: { byteLength: "number", keepers: "map", prefix: "string" },
    required: ["byteLength"],
    create: createId,
  },
  "random:index/randomUuid:RandomUuid": {
    inputs: { keepers: "map" },
    required: [],
    create: (inputs) => {
      const result = randomUUID();
      return { id: result, outputs: { ...inputs, result } };
    },
  },
  "random:index/randomString:RandomString": {
    inputs: stringInputs,
    required: ["length"],
    create: (inputs) => {
      const outputs = withStringDefaults(inputs);
      const result = randomText(outputs);
      return { id: result, outputs: { ...outputs, result } };
    },
  },
  "random:index/randomPassword:RandomPassword": {
    inputs: stringInputs,
    required: ["length"],
    // The output bcryptHash is left out: Node.js has no bcrypt. Its id is no place for a secret.
    create: (inputs) => {
      const outputs = withStringDefaults(inputs);
      return { id: "none", outputs: { ...outputs, result: randomText(outputs) } };
    },
  },
};

function createId(inputs: Properties): { id: string; outputs: Properties } {
  const bytes = randomBytes(Number(inputs.byteLength));
  const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
  const hex = bytes.toString("hex");
  const id = bytes.toString("base64url");
  return {
    id,
    outputs: {
      ...inputs,
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + id,
      dec: prefix + BigInt(`0x${hex}`).toString(),
      hex: prefix + hex,
    },
  };
}

// `number` is the older name of `numeric`.
function withStringDefaults(inputs: Properties): Properties {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return {
    lower: true,
    upper: true,
    special: true,
    minLower: 0,
    minUpper: 0,
    minNumeric: 0,
    minSpecial: 0,
    ...inputs,
    numeric,
    number: numeric,
  };
}

function randomText(settings: Properties): string {
  const special =
    typeof settings.overrideSpecial === "string" && settings.overrideSpecial !== ""
      ? settings.overrideSpecial
      : "!@#$%&*()-_=+[]{}<>:?";
  const classes = [
    { characters: "abcdefghijklmnopqrstuvwxyz", used: settings.lower, minimum: settings.minLower },
    { characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", used: settings.upper, minimum: settings.minUpper },
    { characters: "0123456789", used: settings.numeric, minimum: settings.minNumeric },
    { characters: special, used: settings.special, minimum: settings.minSpecial },
  ];
  return pickCharacters(
    Number(settings.length),
    classes
      .filter(({ used, minimum }) => used === true || Number(minimum) > 0)
      .map(({ characters, minimum }) => ({ characters, minimum: Number(minimum) })),
  );
}
