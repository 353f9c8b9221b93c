import type { StoredResource } from "../benchStack.ts";

/** How long a resource is in the state on average, as JSON. */
export interface StateBytes {
  /** Its inputs and outputs, without the encoded credential. */
  readonly own: number;
  /** What every resource has, whatever its provider says: its URN, its type, its provider, and so on. */
  readonly engines: number;
  readonly credential: number;
}

/** The outputs that are the credential; what else is in the state tells of it. */
const CREDENTIAL = ["privateKey", "publicKey", "keyFile", "secretAccessKey"];

export function stateBytes(state: readonly StoredResource[]): StateBytes {
  const resources = state.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  const average = (bytes: (resource: StoredResource) => number) =>
    resources.reduce((sum, resource) => sum + bytes(resource), 0) / resources.length;
  const credential = average(({ outputs = {} }) =>
    CREDENTIAL.reduce((sum, name) => sum + lengthOf(outputs[name]), 0),
  );
  const properties = average(({ inputs, outputs }) => lengthOf(inputs) + lengthOf(outputs));
  return { own: properties - credential, engines: average(lengthOf) - properties, credential };
}

function lengthOf(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}
