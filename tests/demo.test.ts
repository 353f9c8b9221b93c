import assert from "node:assert/strict";
import { test } from "node:test";
import { runDemo } from "./support/runDemo.ts";

test("the quickstart, from the first key to the last", async () => {
  const { code, output } = await runDemo();
  assert.equal(code, 0, output);
  assert.match(output, /runs on the local engine/);
  assert.match(output, /~ keepers/, "the preview says why the keys are replaced");
  assert.match(output, /All went as it should/);
});
