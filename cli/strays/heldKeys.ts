import type { Properties } from "../../provider/kinds/kind.ts";
import { ADOPT, adoptedId } from "../../provider/lifecycle/adoptedId.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import type { StoredResource } from "../../stack/storedResource.ts";

/** The resources by the ids of the keys that the state holds: also those that a run will delete or take over. */
export function holdersOf(resources: readonly StoredResource[]): ReadonlyMap<string, StoredResource> {
  return new Map(resources.flatMap((resource) => idsOf(resource).map((id) => [id, resource] as const)));
}

function idsOf({ id, inputs, outputs }: StoredResource): string[] {
  const { current, previous, abandoned } = outputs as RotatingState;
  const adopted = [adoptedId(inputs), adoptedId(outputs)];
  const inVain = Array.isArray(abandoned) ? abandoned : [];
  const ids = [id, current?.id, previous?.id, ...inVain, ...adopted];
  return ids.filter((each) => typeof each === "string" && each !== "");
}

/** Whether it is known which keys the resource holds: where the state cannot be decrypted, it is not. */
export function showsItsKeys({ inputs, outputs }: StoredResource): boolean {
  const { current, previous, abandoned } = outputs;
  const adopted = [inputs, outputs].flatMap((each) => [each[ADOPT], adoptedId(each)]);
  return ![current, previous, abandoned, ...adopted].includes(UNKNOWN);
}

/** The accounts that the resource has, or had, keys of; undefined stands for the caller's own. */
export function accountsOf({ inputs, outputs }: StoredResource, name: string): readonly unknown[] {
  const { current, previous } = outputs as RotatingState;
  const named = [inputs, outputs, current, previous]
    .map((each) => (each as Properties | undefined)?.[name])
    .filter((account) => account !== undefined);
  return named.length > 0 ? [...new Set(named)] : [undefined];
}
