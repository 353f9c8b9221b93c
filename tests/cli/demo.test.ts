import assert from "node:assert/strict";
import { test } from "node:test";
import { runDemo } from "../support/runDemo.ts";

test("the quickstart, over the weeks from the first key to the last", async () => {
  const { code, output } = await runDemo("--cli");
  assert.equal(code, 0, output);
  assert.match(output, /runs on the Pulumi CLI/);
  assert.match(
    output,
    /uploads .*: new key: due since .* keeps working until/,
    "the run says why a key is rotated",
  );
  assert.match(output, /~ keepers/, "the preview says why the keys are replaced");
  assert.match(output, /All went as it should/);
});
