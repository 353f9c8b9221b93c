import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const text = (file: string) => readFile(join(root, file), "utf8");

interface Package {
  readonly version?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(await text("package.json")) as Required<
  Pick<Package, "dependencies" | "peerDependencies">
> & {
  devDependencies: Readonly<Record<string, string>>;
};
const { packages } = JSON.parse(await text("package-lock.json")) as {
  packages: Readonly<Record<string, Package>>;
};

/** Where a package finds another one: beside it, or in a folder above. */
function placeOf(name: string, from: string): string | undefined {
  const place = `${from === "" ? "" : `${from}/`}node_modules/${name}`;
  if (packages[place]) return place;
  return from === "" ? undefined : placeOf(name, from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ""));
}

/** The places of all that an install of the package brings. */
function installed(): Set<string> {
  const places = new Set<string>();
  const follow = (names: Readonly<Record<string, string>> = {}, from: string) => {
    for (const name of Object.keys(names)) {
      const place = placeOf(name, from);
      if (place === undefined || places.has(place)) continue;
      places.add(place);
      // An optional peer is no one's who does not have it; the lock file has one, so the SBOM names it.
      const { dependencies, optionalDependencies, peerDependencies } = packages[place] ?? {};
      for (const needed of [dependencies, optionalDependencies, peerDependencies]) follow(needed, place);
    }
  };
  follow({ ...manifest.dependencies, ...manifest.peerDependencies }, "");
  return places;
}

const nameAt = (place: string) => place.split("node_modules/").at(-1) ?? "";

describe("what is installed", () => {
  test("the SBOM of a release lists it all, each with its version and its hash, and nothing else", async () => {
    const { stdout } = await run(process.execPath, [join(root, "scripts/sbom.ts")], { maxBuffer: 2 ** 28 });
    const sbom = JSON.parse(stdout) as {
      bomFormat: string;
      metadata: { component: { name: string } };
      components: { name: string; version: string; hashes?: { alg: string }[] }[];
    };
    assert.deepEqual([sbom.bomFormat, sbom.metadata.component.name], ["CycloneDX", "pulumi-iam-keys"]);
    const listed = sbom.components.map(({ name, version }) => `${name}@${version}`);
    const expected = [...installed()].map((place) => `${nameAt(place)}@${packages[place]?.version}`);
    assert.deepEqual([...new Set(listed)].sort(), [...new Set(expected)].sort());
    for (const { name, hashes } of sbom.components) assert.equal(hashes?.[0]?.alg, "SHA-512", name);
  });

  test("each dependency has a row in docs/dependencies.md, with its reason, and a row has a dependency", async () => {
    const rows = [
      ...(await text("docs/dependencies.md")).matchAll(/^\| `([^`]+)` \| (.+?) \|(?: (.+?) \|)?$/gm),
    ];
    const named = rows.map(([, name]) => name);
    const { dependencies, peerDependencies, devDependencies } = manifest;
    const site = JSON.parse(await text("site/package.json")) as typeof manifest;
    const all = new Set(
      [dependencies, peerDependencies, devDependencies, site.devDependencies].flatMap((group) =>
        Object.keys(group),
      ),
    );
    assert.deepEqual(named.toSorted(), [...all].sort());
    for (const [, name, reason = ""] of rows) assert.ok(reason.trim().length > 10, `${name} has a reason`);
  });

  test("no lock file says from which registry a package came", async () => {
    for (const file of ["package-lock.json", "site/package-lock.json"])
      assert.doesNotMatch(await text(file), /"resolved": "http/, file);
  });

  test("SECURITY.md names every package whose install script npm would run, and how it comes in", async () => {
    const withScripts = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([place, { dev }]) => `${nameAt(place)}${dev && !installed().has(place) ? " (development)" : ""}`);
    const [, section = ""] = (await text("SECURITY.md")).split(/^## Dependencies$/m);
    const named = [...section.matchAll(/^\| `([^`]+)` \| (with the package|only in development) \|/gm)].map(
      ([, name, when]) => `${name}${when === "with the package" ? "" : " (development)"}`,
    );
    assert.deepEqual(named.toSorted(), withScripts.toSorted());
    const needs = (name: string, of: string) =>
      Object.hasOwn(packages[`node_modules/${of}`]?.dependencies ?? {}, name);
    assert.ok(needs("protobufjs", "@grpc/proto-loader") && needs("@grpc/proto-loader", "@grpc/grpc-js"));
    assert.ok(needs("@grpc/grpc-js", "@pulumi/pulumi"));
  });
});
