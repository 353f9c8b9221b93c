import type { ResourceState } from "../state/resourceState.ts";
import { containsSecrets, type PropertyMap, Secret } from "../values/propertyValue.ts";

/** Makes secrets of the outputs that the program lists as such, and of those whose input is one. */
export function markSecretOutputs(state: ResourceState): void {
  const marked: PropertyMap = { ...state.outputs };
  for (const [key, value] of Object.entries(marked)) {
    const input = state.inputs[key];
    const listed = state.additionalSecretOutputs.includes(key) && key !== "id";
    const isSecret = listed || (input instanceof Secret && containsSecrets(input));
    if (isSecret && !(value instanceof Secret)) marked[key] = new Secret(value);
  }
  state.outputs = marked;
}
