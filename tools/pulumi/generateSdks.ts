import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SCHEMA = fileURLToPath(new URL("../../schema.json", import.meta.url));

/** Writes the SDKs that schema.json comes to into the folder: "python", "nodejs", "go". */
export async function generateSdks(folder: string): Promise<void> {
  await promisify(execFile)("go", ["run", "./sdks", SCHEMA, folder], {
    cwd: import.meta.dirname,
    env: { ...process.env, GOWORK: "off" },
  });
}
