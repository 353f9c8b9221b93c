/** `npm run bench:report`: writes what `bench/results.json` says into docs/performance.md, and its picture. */
import { readFile, writeFile } from "node:fs/promises";
import { growthPicture } from "./growthPicture.ts";
import { performancePage } from "./performancePage.ts";
import type { Results } from "./results.ts";

const at = (file: string) => new URL(`../${file}`, import.meta.url);
const PAGE = at("docs/performance.md");

const results: Results = JSON.parse(await readFile(at("bench/results.json"), "utf8"));
await writeFile(PAGE, performancePage(await readFile(PAGE, "utf8"), results));
await writeFile(at("docs/performance.svg"), growthPicture(results.rows));
