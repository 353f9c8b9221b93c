import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { anchorOf } from "../../site/anchorOf.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = ["*.md", "docs/**/*.md", "examples/**/*.md", "local/*/README.md"];
const CODE = /```[\s\S]*?```/g;

async function anchorsIn(file: string): Promise<readonly string[]> {
  const text = (await readFile(file, "utf8")).replace(CODE, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

test("every link from page to page leads somewhere", async () => {
  const broken: string[] = [];
  let count = 0;
  for await (const page of glob(PAGES, { cwd: ROOT, exclude: ["**/node_modules/**"] })) {
    const text = (await readFile(path.join(ROOT, page), "utf8")).replace(CODE, "");
    for (const [, link = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(link)) continue;
      count++;
      const [to = "", anchor] = link.split("#");
      const target = to === "" ? path.join(ROOT, page) : path.join(ROOT, path.dirname(page), to);
      const leads =
        existsSync(target) && (anchor === undefined || (await anchorsIn(target)).includes(anchor));
      if (!leads) broken.push(`${page}: ${link}`);
    }
  }
  assert.ok(count > 100);
  assert.deepEqual(broken, []);
});
