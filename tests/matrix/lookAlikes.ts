import type { PlantedKey } from "../../local/iam/index.ts";
import type { HeldKeys } from "./stackFiles.ts";
import { FLEETING, RESOURCES, type ResourceName } from "./stackProgram.ts";
import { markOf, tagOf } from "./tags.ts";
import type { MatrixWorld } from "./world.ts";

/** A key that looks like one of a resource and is somebody's: of a fork of the state, a backup, another stack, a person. */
export interface LookAlike {
  readonly id: string;
  readonly resource: ResourceName;
  /** Whether it carries the resource's name, so that runs have to name it. */
  readonly isNamesake: boolean;
}

/** Puts them beside the keys of every resource whose kind can be listed; AWS, which has room for two, is left out. */
export async function plantLookAlikes(world: MatrixWorld, held: HeldKeys): Promise<LookAlike[]> {
  const { accounts, description } = world.settings;
  const planted: LookAlike[] = [];
  for (const resource of world.names) {
    const kind = RESOURCES[resource].replace(":Rotating", ":");
    const owner = accounts[resource];
    if (FLEETING.includes(kind) || kind.startsWith("aws:") || owner === undefined) continue;
    const tags = [tagOf(resource), ...marksLike(resource, held).map((mark) => tagOf(resource, mark))];
    const descriptions = [...tags.map((tag) => `${description} ${tag}`), description];
    for (const [index, each] of descriptions.entries()) {
      const key = { kind, owner, description: each } as PlantedKey;
      const id = await world.iam.plantKey(key);
      planted.push({ id, resource, isNamesake: index < tags.length });
      world.foreign.add(id);
    }
  }
  return planted;
}

/** Takes away those that are there still. */
export function removeLookAlikes(world: MatrixWorld, planted: readonly LookAlike[]): void {
  const live = new Set(world.iam.keys().map(({ id }) => id));
  for (const { id } of planted) {
    if (live.has(id)) world.iam.remove(id);
    world.foreign.delete(id);
  }
}

/**
 * Marks of another instance, on trial or not, and of the resource's own with a number that no key of it has, above its
 * newest one and below: but not with the first number while it holds that key, because two of those are never handed out.
 */
function marksLike(resource: ResourceName, { keys }: HeldKeys): string[] {
  const own = keys
    .filter((each) => each.resource === resource)
    .flatMap(({ key }) => markOf({ description: ` #${key.mark}]` }) ?? []);
  const newest = own.reduce((last, mark) => (mark.number > last.number ? mark : last), {
    instance: "",
    number: 0,
  });
  const lower = Array.from({ length: newest.number }, (_, index) => index + 1).find(
    (number) => !own.some((mark) => mark.number === number),
  );
  const others = ["zzzzzzzz.1", "zzzzzzzz.7?"];
  // A fork of the state has gone on.
  const ofForks = newest.number > 0 ? [`${newest.instance}.${newest.number + 90}`] : [];
  const earlier = lower === undefined ? [] : [`${newest.instance}.${lower}`];
  return [...others, ...ofForks, ...earlier];
}
