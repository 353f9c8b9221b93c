import type { Properties } from "../provider/kinds/kind.ts";
import { UNKNOWN } from "../provider/unknown.ts";
import type { DeploymentJson, ResourceJson } from "./files/deploymentJson.ts";
import { secretSignature, signatureKey } from "./files/signatures.ts";
import { nameOf } from "./files/urn.ts";
import { keyType } from "./keyType.ts";
import type { Stack } from "./stack.ts";

/** A resource of this package as the state has it. What could not be decrypted of it reads `UNKNOWN`. */
export interface StoredResource {
  readonly urn: string;
  readonly name: string;
  /** "yandex:RotatingStaticAccessKey" */
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Its replacement exists, and it is still to be deleted. */
  readonly isReplaced: boolean;
  /** The last run left it unfinished, so the next one goes on with it. */
  readonly isUnfinished: boolean;
  readonly isProtected: boolean;
  /** What a run that was cut off was doing to it: "creating", "updating", "deleting" or "reading". */
  readonly pending?: string;
}

/** The resources of this package in the stack, and what runs that were cut off were doing to them. */
export function storedResources({ deployment, decrypt }: Pick<Stack, "deployment" | "decrypt">): {
  resources: StoredResource[];
  pending: (StoredResource & { readonly pending: string })[];
} {
  const { resources, pending_operations: operations } = deployment as Nullish<DeploymentJson>;
  const read = (json: ResourceJson) => storedResource(json, decrypt);
  return {
    resources: (resources ?? []).filter(isOurs).map(read),
    pending: (operations ?? [])
      .filter(({ resource }) => isOurs(resource))
      .map(({ resource, type }) => ({ ...read(resource), pending: type })),
  };
}

type Nullish<Type> = { [Name in keyof Type]: Type[Name] | null };

function isOurs({ type }: ResourceJson): boolean {
  return keyType(type) !== undefined;
}

function storedResource(json: ResourceJson, decrypt: Stack["decrypt"]): StoredResource {
  const { urn, type, id, inputs, outputs, initErrors } = json;
  const { __provider: _, ...revealedInputs } = revealed(inputs ?? {}, decrypt) as Properties;
  const { __provider: __, ...revealedOutputs } = revealed(outputs ?? {}, decrypt) as Properties;
  return {
    urn,
    name: nameOf(urn),
    type: keyType(type) ?? type,
    id: typeof id === "string" ? id : "",
    inputs: revealedInputs,
    outputs: revealedOutputs,
    isReplaced: json.delete === true,
    isUnfinished: Array.isArray(initErrors) && initErrors.length > 0,
    isProtected: json.protect === true,
  };
}

/** The value with its secrets in the clear, in memory alone. */
function revealed(value: unknown, decrypt: Stack["decrypt"]): unknown {
  if (Array.isArray(value)) return value.map((item) => revealed(item, decrypt));
  if (typeof value !== "object" || value === null) return value;
  const { [signatureKey]: signature, plaintext, ciphertext } = value as Record<string, unknown>;
  if (signature === secretSignature) return revealedSecret(plaintext, ciphertext, decrypt);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revealed(item, decrypt)]));
}

function revealedSecret(plaintext: unknown, ciphertext: unknown, decrypt: Stack["decrypt"]): unknown {
  try {
    const text = typeof plaintext === "string" ? plaintext : decrypt?.(String(ciphertext));
    return text === undefined ? UNKNOWN : revealed(JSON.parse(text), decrypt);
  } catch {
    // A text that is damaged is as good as one that nobody can decrypt, and its error might quote it.
    return UNKNOWN;
  }
}
