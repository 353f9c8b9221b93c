import { pulumiSchema } from "./pulumiSchema.ts";

export const SCHEMA_FILE = new URL("../schema.json", import.meta.url);

/** What schema.json is to hold. */
export async function schemaFileText(): Promise<string> {
  return `${JSON.stringify(await pulumiSchema(), undefined, 2)}\n`;
}
