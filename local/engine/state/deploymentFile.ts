import type {
  DeploymentJson,
  OperationType,
  PendingOperationJson,
  ResourceJson,
} from "../../../stack/files/deploymentJson.ts";
import { secretSignature, signatureKey } from "../../../stack/files/signatures.ts";
import { EngineFailure } from "../failure.ts";
import {
  isObject,
  mapValues,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from "../values/propertyValue.ts";
import { magicOf } from "./integrity.ts";
import type { Crypter } from "./passphrase.ts";
import { withPresentUrns } from "./renamedUrns.ts";
import { type CustomTimeouts, newState, type ResourceState } from "./resourceState.ts";

/** Work that had begun and is not known to have ended. */
export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: OperationType;
}

/** The resources of a stack and what was under way. */
export interface Snapshot {
  readonly resources: readonly ResourceState[];
  readonly pendingOperations: readonly PendingOperation[];
}

/** The release of the state format's writer that this engine's files are compatible with. */
const engineVersion = "v3.260.0";

// An unchanged secret keeps its ciphertext, so that an unchanged state stays the same file.
const ciphertexts = new WeakMap<Secret, { salt: string; ciphertext: string }>();

/** Encodes a snapshot, with every secret encrypted. */
export function encodeDeployment(snapshot: Snapshot, crypter: Crypter, now: Date): DeploymentJson {
  const encoded = snapshot.resources.map((state) => ({
    resource: encodeResource(state, crypter),
    formerUrns: state.aliases,
  }));
  const operations = snapshot.pendingOperations.map(({ resource, type }) => ({
    resource: encodeResource(resource, crypter),
    type,
  }));
  return withContents(emptyDeployment(crypter, now), withPresentUrns(encoded), operations);
}

/** A deployment without resources. */
export function emptyDeployment(crypter: Crypter, now: Date): DeploymentJson {
  return {
    manifest: {
      time: now.toISOString(),
      magic: magicOf(engineVersion),
      version: engineVersion,
    },
    secrets_providers: { type: "passphrase", state: { salt: crypter.salt } },
    metadata: {},
  };
}

/** A deployment without resources with these in it. */
export function withContents(
  { metadata, ...frame }: DeploymentJson,
  resources: ResourceJson[],
  operations: PendingOperationJson[],
): DeploymentJson {
  return {
    ...frame,
    ...(resources.length > 0 ? { resources } : {}),
    ...(operations.length > 0 ? { pending_operations: operations } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Decodes a deployment, with every secret decrypted in memory. */
export function decodeDeployment(json: DeploymentJson, crypter: Crypter): Snapshot {
  return {
    resources: (json.resources ?? []).map((resource) => decodeResource(resource, crypter)),
    pendingOperations: (json.pending_operations ?? []).map(({ resource, type }) => ({
      resource: decodeResource(resource, crypter),
      type,
    })),
  };
}

/** Encodes one resource, with every secret encrypted. */
export function encodeResource(state: ResourceState, crypter: Crypter): ResourceJson {
  const { other, inputs, outputs, urn, custom, type, aliases: _, ...fields } = state;
  const kept = Object.entries({
    ...fields,
    inputs: sortKeys(mapValues(inputs, (value) => encodeValue(value, crypter))),
    outputs: sortKeys(mapValues(outputs, (value) => encodeValue(value, crypter))),
    ...other,
  }).filter(([, value]) => !isEmpty(value));
  return { urn, custom, type, ...Object.fromEntries(kept) };
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === "" ||
    value === false ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}

function sortKeys(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function encodeValue(value: PropertyValue, crypter: Crypter): PropertyValue {
  if (value instanceof Unknown) throw new EngineFailure("an unknown value must not be written to the state");
  if (value instanceof Secret) {
    return { [signatureKey]: secretSignature, ciphertext: encryptOnce(value, crypter) };
  }
  if (Array.isArray(value)) return value.map((item) => encodeValue(item, crypter));
  return isObject(value) ? sortKeys(mapValues(value, (item) => encodeValue(item, crypter))) : value;
}

function encryptOnce(secret: Secret, crypter: Crypter): string {
  const known = ciphertexts.get(secret);
  if (known?.salt === crypter.salt) return known.ciphertext;
  // A secret inside a secret is stored as one: the outer encryption covers it.
  const ciphertext = crypter.encrypt(JSON.stringify(encodeInside(secret.element)));
  ciphertexts.set(secret, { salt: crypter.salt, ciphertext });
  return ciphertext;
}

function encodeInside(value: PropertyValue): PropertyValue {
  if (value instanceof Unknown) throw new EngineFailure("an unknown value must not be written to the state");
  if (value instanceof Secret)
    return { [signatureKey]: secretSignature, plaintext: JSON.stringify(encodeInside(value.element)) };
  if (Array.isArray(value)) return value.map(encodeInside);
  return isObject(value) ? sortKeys(mapValues(value, encodeInside)) : value;
}

function decodeResource(json: ResourceJson, crypter: Crypter): ResourceState {
  const { urn, custom, type } = json;
  const other: Record<string, unknown> = { ...json };
  const take = <T>(field: string, fallback: T): T => {
    const value = other[field];
    delete other[field];
    return value === undefined ? fallback : (value as T);
  };
  for (const field of ["urn", "custom", "type"]) delete other[field];
  if (take("external", false))
    throw new EngineFailure(`${urn}: resources read with .get() are not supported by the local engine`);
  return newState({
    urn,
    custom,
    type,
    id: take("id", ""),
    inputs: mapValues(take<PropertyMap>("inputs", {}), (value) => decodeValue(value, crypter)),
    outputs: mapValues(take<PropertyMap>("outputs", {}), (value) => decodeValue(value, crypter)),
    parent: take("parent", ""),
    protect: take("protect", false),
    provider: take("provider", ""),
    dependencies: take<string[]>("dependencies", []),
    propertyDependencies: take<Record<string, string[]>>("propertyDependencies", {}),
    additionalSecretOutputs: take<string[]>("additionalSecretOutputs", []),
    customTimeouts: take<CustomTimeouts>("customTimeouts", {}),
    retainOnDelete: take("retainOnDelete", false),
    deletedWith: take("deletedWith", ""),
    ignoreChanges: take<string[]>("ignoreChanges", []),
    replaceOnChanges: take<string[]>("replaceOnChanges", []),
    aliases: take<string[]>("aliases", []),
    initErrors: take<string[]>("initErrors", []),
    delete: take("delete", false),
    pendingReplacement: take("pendingReplacement", false),
    created: take<string | undefined>("created", undefined),
    modified: take<string | undefined>("modified", undefined),
    other,
  });
}

function decodeValue(value: PropertyValue, crypter: Crypter): PropertyValue {
  if (Array.isArray(value)) return value.map((item) => decodeValue(item, crypter));
  if (!isObject(value)) return value;
  if (value[signatureKey] !== secretSignature) return mapValues(value, (item) => decodeValue(item, crypter));
  if (typeof value.plaintext === "string") {
    return new Secret(decodeValue(JSON.parse(value.plaintext) as PropertyValue, crypter));
  }
  const ciphertext = value.ciphertext;
  if (typeof ciphertext !== "string") throw new EngineFailure("a secret of the state holds no ciphertext");
  const secret = new Secret(decodeValue(JSON.parse(crypter.decrypt(ciphertext)) as PropertyValue, crypter));
  ciphertexts.set(secret, { salt: crypter.salt, ciphertext });
  return secret;
}
