import type { Exported, StoredResource } from "./benchStack.ts";

/**
 * The state of a stack of two resources, "resource-0" and "resource-1", made into one of so many: those with an even number
 * are like the first one, the others like the second, ids and secrets included.
 */
export function grown(state: Exported, count: number): Exported {
  const { resources } = state.deployment;
  const patterns = [0, 1].map((index) => resources.find(({ urn }) => urn.endsWith(`::resource-${index}`)));
  const [even, odd] = patterns;
  if (even === undefined || odd === undefined) throw new Error("the state does not hold the two resources");
  const copies = Array.from({ length: count }, (_, index) =>
    renamed(index % 2 === 0 ? even : odd, `resource-${index % 2}`, `resource-${index}`),
  );
  const others = resources.filter((resource) => resource !== even && resource !== odd);
  return { ...state, deployment: { ...state.deployment, resources: [...others, ...copies] } };
}

function renamed(resource: StoredResource, from: string, to: string): StoredResource {
  return JSON.parse(JSON.stringify(resource).replaceAll(from, to));
}
