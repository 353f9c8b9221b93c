import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { growthPicture } from "../../bench/growthPicture.ts";
import { performancePage } from "../../bench/performancePage.ts";
import type { Results } from "../../bench/results.ts";

const text = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), "utf8");

test("docs/performance.md and its picture say what the results say (npm run bench:report)", async () => {
  const results: Results = JSON.parse(await text("bench/results.json"));
  const page = await text("docs/performance.md");
  assert.equal(performancePage(page, results), page);
  assert.equal(growthPicture(results.rows), await text("docs/performance.svg"));
});
