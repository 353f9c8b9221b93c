/** Writes schema.json anew. */
import { writeFile } from "node:fs/promises";
import { SCHEMA_FILE, schemaFileText } from "./schemaFile.ts";

await writeFile(SCHEMA_FILE, await schemaFileText());
