import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

interface Home extends AsyncDisposable {
  readonly folder: string;
}

/** A home folder with files of the AWS CLI. */
export async function startHome(files: {
  readonly config?: string;
  readonly credentials?: string;
}): Promise<Home> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-aws-"));
  await mkdir(path.join(folder, ".aws"));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(folder, ".aws", name), content);
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
