import type { Diff, ProviderClient } from "../providers/providerClient.ts";
import type { ResourceState } from "../state/resourceState.ts";
import { changedKeys } from "../values/objectDiff.ts";
import { parsePath, pathContains, resetPath } from "../values/propertyPath.ts";
import type { PropertyMap } from "../values/propertyValue.ts";
import { engineDiff } from "./step.ts";

/** The inputs with every ignored property as it was. */
export function withIgnoredChanges(
  news: PropertyMap,
  olds: PropertyMap,
  ignoreChanges: readonly string[],
): PropertyMap {
  return ignoreChanges.reduce((inputs, path) => resetPath(inputs, olds, parsePath(path)), news);
}

/** Asks the provider for the difference; where it cannot tell, the inputs are compared. */
export async function diffResource(
  provider: ProviderClient,
  old: Pick<ResourceState, "urn" | "id" | "inputs" | "outputs">,
  news: PropertyMap,
  ignoreChanges: readonly string[],
): Promise<Diff> {
  const diff = await provider.diff(old.urn, old.id, old, news, ignoreChanges);
  if (diff.changes !== "unknown") return diff;
  return { ...diff, ...diffInputs(old.inputs, withIgnoredChanges(news, old.inputs, ignoreChanges)) };
}

/** The difference as far as the inputs alone show it. */
export function diffInputs(olds: PropertyMap, news: PropertyMap): Pick<Diff, "changes" | "changedKeys"> {
  const keys = [...changedKeys(olds, news).keys()];
  return { changes: keys.length > 0 ? "some" : "none", changedKeys: keys };
}

/** The diff with changes at the paths of `replaceOnChanges` made into replacements. */
export function applyReplaceOnChanges(
  diff: Diff,
  replaceOnChanges: readonly string[],
  hasInitErrors: boolean,
): Diff {
  if (replaceOnChanges.length === 0 || (diff.changes !== "some" && !hasInitErrors)) return diff;
  const paths = replaceOnChanges.map(parsePath);
  const replaces = (key: string) => paths.some((path) => pathContains(path, parsePath(key)));
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
