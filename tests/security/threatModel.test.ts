import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const rows = readFileSync(join(root, "docs/threat-model.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (?!who|---)/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("each row of the threat model names a test that is there, or says that nothing stops the attack", () => {
  assert.ok(rows.length > 10);
  for (const [, , what = "", stops = "", tests = ""] of rows) {
    const paths = [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? "");
    if (paths.length === 0) assert.match(stops, /^Nothing stops/, what);
    for (const path of paths) assert.ok(existsSync(join(root, path)), path);
  }
});
