import { StackFailure } from "./failure.ts";

/**
 * Throws where a name could not be that of a project or a stack: folders and files are called so. The CLI takes "." and
 * ".." too; its locks of a stack of such a name lie in the folder of another one.
 */
export function requireName(what: "project" | "stack", name: string): void {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name) && name !== "." && name !== "..") return;
  throw new StackFailure(
    `invalid ${what} name '${name}': it may only contain alphanumeric, hyphens, underscores, or periods, ` +
      "100 of them at most, and be neither '.' nor '..'",
  );
}
