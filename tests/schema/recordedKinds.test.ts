import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { KIND_TYPES } from "../../provider/kinds/index.ts";
import { ROTATABLE } from "../../provider/kinds/table.ts";

const FIXTURES = path.join(import.meta.dirname, "../cli/fixtures");
const TYPES = [...KIND_TYPES, ...ROTATABLE.map((type) => type.replace(":", ":Rotating"))];

/** What the type token of a resource begins with, by its door. */
const DOORS = { dynamic: "pulumi-nodejs:dynamic/iam-keys/", native: "iam-keys:" };

/** Every type of a resource that a recorded stack has. */
async function recordedTypes(): Promise<ReadonlySet<string>> {
  const folders = (await readdir(FIXTURES, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const states = folders.map(({ name }) => readFile(path.join(FIXTURES, name, "state.json"), "utf8"));
  return new Set(
    (await Promise.all(states)).flatMap((text) =>
      (JSON.parse(text).deployment.resources as { type: string }[]).map(({ type }) => type),
    ),
  );
}

for (const [door, prefix] of Object.entries(DOORS))
  test(`a stack with each kind is recorded for later versions to take over: ${door} resources`, async () => {
    const recorded = await recordedTypes();
    // Where one is missing: tests/cli/fixtures/README.md.
    assert.deepEqual(
      TYPES.filter((type) => !recorded.has(`${prefix}${type}`)),
      [],
    );
  });
