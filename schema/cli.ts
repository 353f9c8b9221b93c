/** Writes anew every file that follows from the kinds and their classes: schema.json, and what `generatedFiles.ts` names. */
import { mkdir, writeFile } from "node:fs/promises";
import { declaredKinds } from "./kindFiles.ts";
import { KIND_TABLE, kindTable } from "./kindTable.ts";

const kinds = await declaredKinds();
// What the rest is made with finds the kinds by this table.
await writeFile(new URL(`../${KIND_TABLE}`, import.meta.url), kindTable(kinds));
const { generatedFiles, generatedUrl } = await import("./generatedFiles.ts");
await mkdir(generatedUrl("docs/reference/"), { recursive: true });
for (const [path, text] of await generatedFiles(kinds)) await writeFile(generatedUrl(path), text);
