import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import type { dynamic } from "@pulumi/pulumi";

interface Inputs {
  readonly path: string;
  readonly content: string;
}

interface Outputs {
  readonly path: string;
  /** Of the content; empty where the file is not there, or others may read it. The content itself is an input alone. */
  readonly sha256: string;
}

/** What the engine calls for a CredentialFile. */
export const credentialFileProvider: dynamic.ResourceProvider<Inputs, Outputs> = {
  async diff(_id, outputs, { path, content }) {
    return {
      changes: path !== outputs.path || sha256(content) !== outputs.sha256,
      replaces: path === outputs.path ? [] : ["path"],
    };
  },

  async create(inputs) {
    return { id: inputs.path, outs: await write(inputs) };
  },

  async read(id, props) {
    const path = props?.path ?? id;
    return { id, props: { path, sha256: await found(path) } };
  },

  async update(_id, _outputs, inputs) {
    return { outs: await write(inputs) };
  },

  async delete(_id, { path, sha256: ours }) {
    // What somebody else has put there is theirs.
    if ((await found(path)) === ours) await rm(locate(path), { force: true });
  },
};

/** Writes a new file, to the disk, and gives it the name of the old one. */
async function write({ path, content }: Inputs): Promise<Outputs> {
  const target = locate(path);
  const temporary = `${target}.${randomUUID()}.tmp`;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
  return { path, sha256: sha256(content) };
}

/** Makes a new name survive a power cut; not every file system has that, and the file is there all the same. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function found(path: string): Promise<string> {
  try {
    const { mode } = await stat(locate(path));
    return (mode & 0o077) === 0 ? sha256(await readFile(locate(path))) : "";
  } catch {
    return "";
  }
}

/** The path as `yandex:serviceAccountKeyFile` is read, so that both name one file. */
function locate(path: string): string {
  return resolve(path.replace(/^~(?=\/)/, homedir()));
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
