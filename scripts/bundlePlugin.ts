import { chmod, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { NODE_FLAGS } from "./nodeFlags.ts";
import { NO_FORM_DATA } from "./noFormData.ts";

const LAUNCHER = `#!/bin/sh
# Pulumi starts this file, found on the PATH or by its plugins, to work with the resources of iam-keys.
exec node ${NODE_FLAGS.join(" ")} "$(dirname "$(readlink -f "$0" || echo "$0")")/main.js" "$@"
`;

/** Bundles a plugin into the folder, with a launcher by the name under which Pulumi looks for it. */
export async function bundlePlugin(main: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: [main],
    outdir: folder,
    bundle: true,
    // What a stack does not use is not even read.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    // The AWS client's other build does not survive splitting.
    mainFields: ["module", "main"],
    banner: {
      js: `import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url); ${NO_FORM_DATA}`,
    },
    logLevel: "warning",
  });
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }\n');
  await writeFile(path.join(folder, "pulumi-resource-iam-keys"), LAUNCHER);
  await chmod(path.join(folder, "pulumi-resource-iam-keys"), 0o755);
}
