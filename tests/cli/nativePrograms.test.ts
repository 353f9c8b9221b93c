import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { declaredKinds } from "../../schema/kindFiles.ts";
import { PROGRAMS, translatedPrograms } from "../../schema/programs.ts";

test("the examples in other languages are what Pulumi's generators make of the schema", async () => {
  const kept = await readFile(new URL(`../../${PROGRAMS}`, import.meta.url), "utf8");
  assert.equal(kept, await translatedPrograms(await declaredKinds()));
});
