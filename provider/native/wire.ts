import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../kinds/kind.ts";
import { UNKNOWN } from "../unknown.ts";

/** Marks an object as something else than an object, and as a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What stands for a value that is not known yet: one text for each type that it may be of. */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Properties as they came. */
export interface Received {
  /** Secrets unencrypted. */
  readonly properties: Properties;
  /** The names of those that are secrets, or have some in them. */
  readonly secrets: readonly string[];
}

export function fromWire(struct: Struct | undefined): Received {
  const properties: Properties = {};
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(struct?.toJavaScript() ?? {})) {
    properties[name] = decode(value, () => secrets.push(name));
  }
  return { properties, secrets };
}

function decode(value: JavaScriptValue | undefined, isSecret: () => void): unknown {
  if (UNKNOWNS.has(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item) => decode(item, isSecret));
  if (typeof value !== "object" || value === null) return value;
  const object = value as { readonly [name: string]: JavaScriptValue };
  if (object[SIGNATURE] === SECRET) {
    isSecret();
    return decode(object.value, isSecret);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, decode(item, isSecret)]));
}

/** The properties that are objects whose own properties are secrets or not by the same names. */
const KEYS = ["current", "previous"];

/** Properties as they go out, with the ones of those names marked as secrets. What is undefined is left out. */
export function toWire(properties: Properties, secrets: ReadonlySet<string>): Struct {
  return structs.Struct.fromJavaScript(encodeAll(properties, secrets) as Record<string, JavaScriptValue>);
}

function encodeAll(properties: Properties, secrets: ReadonlySet<string>): Properties {
  const encoded: Properties = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const isKey = KEYS.includes(name) && typeof value === "object" && value !== null;
    const plain = isKey ? encodeAll(value as Properties, secrets) : encode(value);
    encoded[name] = !isKey && secrets.has(name) ? { [SIGNATURE]: SECRET, value: plain } : plain;
  }
  return encoded;
}

function encode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(present.map(([name, item]) => [name, encode(item)]));
}
