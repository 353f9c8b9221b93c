import { createRequire } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { VERSION } from "../provider/version.ts";

/**
 * The folder in which the engine starts the program and the provider's process. That process looks for this package
 * from there.
 */
const folder = process.cwd();
let isChecked = false;

/**
 * Refuses a program whose resources the provider's process could not run, or would run by another version of this package: it is
 * found only where the project has it among its own dependencies. Of inline programs nobody says in which folder that is.
 */
export function requireSameVersion(): void {
  if (isChecked || !path.isAbsolute(pulumi.getRootDirectory())) return;
  isChecked = true;
  const found = versionFrom(folder);
  if (found === VERSION) return;
  throw new pulumi.RunError(
    found === undefined
      ? `pulumi-iam-keys is not among the dependencies of the project in ${folder}, where the provider's process looks for it. Add "pulumi-iam-keys": "${VERSION}" to them, beside the package that brought it.`
      : `There are two versions of pulumi-iam-keys: the program makes resources with ${VERSION}, and the provider's process would run ${found}, which the project in ${folder} has. Make them one; npm ls pulumi-iam-keys (or pnpm why, yarn why) shows who asks for which.`,
  );
}

function versionFrom(folder: string): string | undefined {
  try {
    return createRequire(path.join(folder, "program"))("pulumi-iam-keys/package.json").version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
