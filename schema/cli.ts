/**
 * Writes again every file that follows from the kinds and their classes: schema.json, and what `generatedFiles.ts`
 * names.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { declaredKinds } from "./kindFiles.ts";
import { KIND_TABLE, kindTable } from "./kindTable.ts";

const kinds = await declaredKinds();
// What the rest is made with finds the kinds by this table.
await writeFile(new URL(`../${KIND_TABLE}`, import.meta.url), kindTable(kinds));
const { generatedFiles, generatedUrl } = await import("./generatedFiles.ts");
const { areTranslated, PROGRAMS, translatedPrograms } = await import("./programs.ts");
await writeFiles();
if (!areTranslated(kinds)) {
  console.error(
    "An example was edited: Pulumi's generators, which take Go, write it in the other languages.",
  );
  await writeFile(generatedUrl(PROGRAMS), await translatedPrograms(kinds));
  await writeFiles();
}

async function writeFiles(): Promise<void> {
  for (const [path, text] of await generatedFiles(kinds)) {
    await mkdir(new URL(".", generatedUrl(path)), { recursive: true });
    await writeFile(generatedUrl(path), text);
  }
}
