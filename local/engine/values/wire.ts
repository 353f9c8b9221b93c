import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { secretSignature, signatureKey } from "../../../stack/files/signatures.ts";
import { EngineFailure } from "../failure.ts";
import {
  isObject,
  mapValues,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
  unknown,
} from "./propertyValue.ts";
import {
  outputValueSignature,
  resourceReferenceSignature,
  unknownString,
  unknownValues,
  unsupportedSignatures,
} from "./signatures.ts";

/** What the receiver of a message understands; everything else is reduced to plain values. */
export interface WireOptions {
  readonly secrets: boolean;
  readonly resourceReferences: boolean;
}

/** For the programs and providers that know every kind of value. */
export const fullWire: WireOptions = { secrets: true, resourceReferences: true };

/** Encodes properties as a gRPC message. */
export function toStruct(properties: PropertyMap, options: WireOptions): Struct {
  const plain: Record<string, JavaScriptValue> = {};
  for (const [key, value] of Object.entries(properties)) plain[key] = encode(value, options);
  return structs.Struct.fromJavaScript(plain);
}

function encode(value: PropertyValue, options: WireOptions): JavaScriptValue {
  if (value instanceof Unknown) return unknownString;
  if (value instanceof Secret) {
    const element = encode(value.element, options);
    return options.secrets ? { [signatureKey]: secretSignature, value: element } : element;
  }
  if (Array.isArray(value)) return value.map((item) => encode(item, options));
  if (!isObject(value)) return value;
  if (value[signatureKey] === resourceReferenceSignature && !options.resourceReferences) {
    return encode(value.id ?? value.urn ?? null, options);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, options)]));
}

/** Decodes properties from a gRPC message; `label` names their owner in an error. */
export function fromStruct(struct: Struct | undefined, label: string): PropertyMap {
  if (struct === undefined) return {};
  return mapValues(struct.toJavaScript() as PropertyMap, (value) => decode(value, label));
}

function decode(value: PropertyValue, label: string): PropertyValue {
  if (typeof value === "string") return unknownValues.has(value) ? unknown : value;
  if (Array.isArray(value)) return value.map((item) => decode(item, label));
  if (!isObject(value)) return value;
  const signature = value[signatureKey];
  if (signature === secretSignature) return new Secret(decode(value.value ?? null, label));
  if (signature === outputValueSignature) {
    const element = value.value === undefined ? unknown : decode(value.value, label);
    return value.secret === true ? new Secret(element) : element;
  }
  const unsupported = unsupportedSignatures.get(signature);
  if (unsupported !== undefined) {
    throw new EngineFailure(`${label}: ${unsupported} are not supported by the local engine`);
  }
  return mapValues(value, (item) => decode(item, label));
}
