import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "../../..");

/** The package as npm packs it out of a clone in which nothing was built. */
export interface FreshPackage {
  readonly tarball: string;
  /** The paths of the files in it. */
  readonly files: readonly string[];
  /** A folder for whoever installs it; it goes with the package. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Packs what a clone of this checkout would hold: no compiled code, and nothing else that git ignores. */
export async function packFresh(): Promise<FreshPackage> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-package-"));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const clone = path.join(folder, "clone");
    await copySources(clone);
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: clone });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
    if (!packed) throw new Error("Nothing was packed.");
    await rm(clone, { recursive: true });
    return {
      tarball: path.join(folder, packed.filename),
      files: packed.files.map((file) => file.path),
      folder,
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function copySources(clone: string): Promise<void> {
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { stdout } = await run("git", listed, { cwd: root });
  const gone = await run("git", ["ls-files", "-z", "--deleted"], { cwd: root });
  const deleted = new Set(gone.stdout.split("\0"));
  for (const file of stdout.split("\0").filter((name) => name !== "" && !deleted.has(name))) {
    await mkdir(path.dirname(path.join(clone, file)), { recursive: true });
    await copyFile(path.join(root, file), path.join(clone, file));
  }
  await symlink(path.join(root, "node_modules"), path.join(clone, "node_modules"), "dir");
}
