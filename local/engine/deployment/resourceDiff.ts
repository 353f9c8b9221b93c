import { EngineFailure } from "../failure.ts";
import type { Diff, ProviderClient } from "../providers/providerClient.ts";
import type { ResourceState } from "../state/resourceState.ts";
import { changedKeys, changedPaths } from "../values/objectDiff.ts";
import { parsePath, pathContains, resetPath } from "../values/propertyPath.ts";
import type { PropertyMap } from "../values/propertyValue.ts";
import { engineDiff } from "./step.ts";

/** The inputs with every ignored property as it was. */
export function withIgnoredChanges(
  news: PropertyMap,
  olds: PropertyMap,
  ignoreChanges: readonly string[],
): { readonly inputs: PropertyMap; readonly notFollowed: readonly string[] } {
  let inputs = news;
  const notFollowed: string[] = [];
  for (const text of ignoreChanges) {
    const path = parsePath(text);
    // The CLI skips what is no path, too.
    if (path === undefined) continue;
    const { properties, followed } = resetPath(inputs, olds, path);
    inputs = properties;
    if (!followed) notFollowed.push(text);
  }
  return { inputs, notFollowed };
}

/** Asks the provider for the difference; where it cannot tell, the inputs are compared. */
export async function diffResource(
  provider: ProviderClient,
  urn: string,
  old: Pick<ResourceState, "id" | "inputs" | "outputs">,
  news: PropertyMap,
  ignoreChanges: readonly string[],
): Promise<Diff> {
  const diff = await provider.diff(urn, old.id, old, news, ignoreChanges);
  if (diff.changes !== "unknown") return diff;
  return { ...diff, ...diffInputs(old.inputs, withIgnoredChanges(news, old.inputs, ignoreChanges).inputs) };
}

/** The difference as far as the inputs alone show it. */
export function diffInputs(
  olds: PropertyMap,
  news: PropertyMap,
): Pick<Diff, "changes" | "changedKeys" | "detailed"> {
  const paths = [...changedPaths(olds, news)];
  return {
    changes: paths.length > 0 ? "some" : "none",
    changedKeys: [...changedKeys(olds, news).keys()],
    detailed: new Map(paths.map(([path, kind]) => [path, { kind, replaces: false, isInput: true }])),
  };
}

/** The diff with changes at the paths of `replaceOnChanges` made into replacements. */
export function applyReplaceOnChanges(
  diff: Diff,
  replaceOnChanges: readonly string[],
  hasInitErrors: boolean,
): Diff {
  if (replaceOnChanges.length === 0 || (diff.changes !== "some" && !hasInitErrors)) return diff;
  const paths = replaceOnChanges.map((text) => {
    const path = parsePath(text);
    if (path !== undefined) return path;
    throw new EngineFailure(
      `replaceOnChanges: '${text}' is not a property path such as tags.owner or list[*].name`,
    );
  });
  const replaces = (key: string) => {
    const changed = parsePath(key);
    return changed !== undefined && paths.some((path) => pathContains(path, changed));
  };
  const initErrorsReplace = hasInitErrors && replaces("#initerror");
  return engineDiff({
    ...diff,
    changes: initErrorsReplace ? "some" : diff.changes,
    replaceKeys: [
      ...new Set([
        ...diff.replaceKeys,
        ...diff.changedKeys.filter(replaces),
        ...(initErrorsReplace ? ["#initerror"] : []),
      ]),
    ],
    detailed:
      diff.detailed &&
      new Map(
        [...diff.detailed].map(([path, change]) => [
          path,
          replaces(path) ? { ...change, replaces: true } : change,
        ]),
      ),
  });
}
