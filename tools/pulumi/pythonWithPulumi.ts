import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { holdingLock } from "./buildLock.ts";
import { cacheFolder } from "./buildOnce.ts";

const run = promisify(execFile);

/** The version of Pulumi's SDK for Python. */
const SDK = "3.272.0";

/**
 * The interpreter of a Python that has Pulumi's SDK, and what it takes to install a package beside it; undefined where there is no
 * Python on the PATH. Made once a machine, by one process at a time.
 */
export async function pythonWithPulumi(): Promise<string | undefined> {
  const { stdout } = await run("python3", ["-c", "import sys; print(sys.version.split()[0])"]).catch(() => ({
    stdout: "",
  }));
  const version = stdout.trim();
  if (version === "") return undefined;
  const folder = path.join(
    await cacheFolder(),
    `python-${version}-pulumi-${SDK}-${process.platform}-${process.arch}`,
  );
  const python = path.join(folder, "made/bin/python");
  if (existsSync(path.join(folder, "made"))) return python;
  await mkdir(folder, { recursive: true });
  await holdingLock(path.join(folder, "lock"), async () => {
    if (existsSync(path.join(folder, "made"))) return;
    console.error(`Installing Pulumi ${SDK} for Python ${version}, once for this machine.`);
    const unfinished = path.join(folder, "unfinished");
    await rm(unfinished, { recursive: true, force: true });
    await run("python3", ["-m", "venv", unfinished]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(path.join(unfinished, "bin/python"), [...pip, `pulumi==${SDK}`, "setuptools", "wheel"]);
    await rename(unfinished, path.join(folder, "made"));
  });
  return python;
}
