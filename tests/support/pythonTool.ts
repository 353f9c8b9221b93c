import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const environments = fileURLToPath(new URL("../../.venv/", import.meta.url));

/** A reason why a tool cannot be had here. */
export interface Unavailable {
  readonly unavailable: string;
}

/**
 * The Python of an environment that has the tool; made at the first run and kept for the later ones.
 *
 * @param requirement as pip takes it; another one is another environment
 * @param signal ends whatever was started when the test is given up
 */
export async function pythonWith(requirement: string, signal: AbortSignal): Promise<string | Unavailable> {
  const environment = path.join(environments, requirement.replaceAll(/[^\w.-]+/g, "_"));
  const python = path.join(environment, "bin/python");
  if (await exists(python)) return python;
  try {
    await run("python3", ["--version"]);
  } catch {
    return { unavailable: "there is no python3" };
  }
  await mkdir(environments, { recursive: true });
  // Made aside and moved, so that whoever runs at the same time sees all of it or nothing.
  const draft = await mkdtemp(path.join(environments, "draft-"));
  try {
    await run("python3", ["-m", "venv", draft], { signal });
    await run(path.join(draft, "bin/python"), ["-m", "pip", "install", "--quiet", requirement], { signal });
    await rename(draft, environment);
  } catch {
    if (!(await exists(python))) return { unavailable: `pip cannot install ${requirement}` };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return python;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
