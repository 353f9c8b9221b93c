/**
 * Prints the SBOM of the package (CycloneDX, as `npm sbom` makes it): what an install of it brings, in the versions of the
 * lock file, with which it was tested. Without the examples, the stand-ins and what only development needs.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const read = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8"));

const { workspaces: _, devDependencies: __, ...manifest } = read("package.json");
const lock = read("package-lock.json") as { packages: Record<string, { link?: boolean }> };
const installed = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.startsWith("node_modules/") && !link,
);

const temporary = mkdtempSync(join(tmpdir(), "iam-keys-sbom-"));
// npm calls what the SBOM is of by the name of the folder.
const folder = join(temporary, manifest.name);
mkdirSync(folder);
try {
  const packages = { "": manifest, ...Object.fromEntries(installed) };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages }));
  const args = ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--sbom-type", "library"];
  process.stdout.write(
    execFileSync("npm", args, { cwd: folder, maxBuffer: 2 ** 28, shell: process.platform === "win32" }),
  );
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
