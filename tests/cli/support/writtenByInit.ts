import assert from "node:assert/strict";
import path from "node:path";
import type { TestContext } from "node:test";
import { emptyFolder, init, LEAST } from "../../init/support.ts";

/** A folder with what `iam-keys init` writes in that language, which is gone when the test ends. */
export async function writtenByInit(t: TestContext, language: string, ...options: string[]): Promise<string> {
  // Go takes the folder of git for a repository, and asks git about it.
  const folder = await emptyFolder(t, { isRepository: false });
  const words = [...LEAST, "--pipeline", "none", "--language", language, "--yes", ...options];
  const { code, stderr } = await init(folder, ...words);
  assert.equal(code, 0, stderr);
  return path.join(folder, "keys");
}
