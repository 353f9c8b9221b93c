import { readdirSync, statSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../package.json" with { type: "json" };
import { DOCS, RESOURCES } from "../schema/docsIndex.ts";

/** The root of the repository, whose files the site is made of. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));
export const REPOSITORY = manifest.repository.url.replace(/^git\+|\.git$/g, "");

/** Where the site is below its host, as GitHub Pages has it; SITE_BASE=/ where the host is its own. */
export const BASE = process.env.SITE_BASE ?? `/${manifest.name}/`;
if (!/^\/([^/]+\/)*$/.test(BASE))
  throw new Error(`SITE_BASE must begin and end with a slash, as /docs/ or / does, not "${BASE}"`);

/** The page of each resource, "aws.AccessKey.md"; the other pages of their folder are in the index. */
export const RESOURCE_PAGES = readdirSync(`${ROOT}${posix.dirname(RESOURCES)}`)
  .filter((file) => /^\w+\.\w+\.md$/.test(file))
  .map((file) => posix.join(posix.dirname(RESOURCES), file));

/** All pages of the site, from the root of the repository, each with what it is about. */
export const PAGES: ReadonlyMap<string, string> = new Map([
  ["README.md", manifest.description],
  ["docs/README.md", "All pages of the documentation."],
  ...RESOURCE_PAGES.map((path) => [path, `The resource ${posix.basename(path, ".md")}.`] as const),
  ...DOCS.flatMap(({ pages }) => pages.map(({ path, line }) => [path, line] as const)),
]);

/** Where a file of the repository is for a reader of the site: on the site, or else in the repository. */
export function addressOf(path: string): string {
  if (PAGES.has(path)) return `/${path.replace(/(README)?\.md$/, "")}`;
  const found = statSync(`${ROOT}${path}`, { throwIfNoEntry: false });
  if (!found) throw new Error(`A page links to ${path}, and there is no such file`);
  return `${REPOSITORY}/${found.isDirectory() ? "tree" : "blob"}/main/${path}`;
}
