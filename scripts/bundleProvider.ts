/**
 * Bundles what the process of dynamic resources loads into dist/dynamic.js. From one file it starts in half the time and
 * memory that some two hundred take. DESIGN.md says what is in it, and why no more.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { NO_FORM_DATA } from "./noFormData.ts";

const repository = path.join(import.meta.dirname, "..");

/** What every run loads, or the first request of one. All else stays where npm puts it, and is loaded where it is used. */
const BUNDLED = [
  "@smithy/core",
  "@smithy/signature-v4",
  "fastest-levenshtein",
  "got",
  "jose",
  "proxy-from-env",
  "temporal-polyfill",
  "zod",
];

const { dependencies, peerDependencies } = JSON.parse(
  await readFile(path.join(repository, "package.json"), "utf8"),
) as Record<"dependencies" | "peerDependencies", Record<string, string>>;

const { metafile } = await build({
  entryPoints: [path.join(repository, "provider/dynamic.ts")],
  outfile: path.join(repository, "dist/dynamic.js"),
  absWorkingDir: repository,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node22",
  mainFields: ["module", "main"],
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !BUNDLED.includes(name)),
  banner: { js: `"use strict";\n${NO_FORM_DATA}` },
  // `import("…")` becomes a `require`, as in the rest of the package: DESIGN.md.
  supported: { "dynamic-import": false },
  metafile: true,
  logLevel: "warning",
});
await writeFile(
  path.join(repository, "dist/dynamic.licenses.txt"),
  await licenses(Object.keys(metafile.inputs)),
);

/** The licenses of the packages that the files are of, which ask to go with every copy. */
async function licenses(files: readonly string[]): Promise<string> {
  const folders = new Set(
    files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  const texts = [...folders].sort().map(async (folder) => {
    const file = (await readdir(path.join(repository, folder))).find((name) => /^licen[cs]e/i.test(name));
    const { name, license } = JSON.parse(
      await readFile(path.join(repository, folder, "package.json"), "utf8"),
    ) as { name: string; license: string };
    const text = file === undefined ? "" : await readFile(path.join(repository, folder, file), "utf8");
    return `${name} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
