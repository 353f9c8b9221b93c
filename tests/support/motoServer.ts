import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const environments = fileURLToPath(new URL("../../.venv/", import.meta.url));
const REQUIREMENT = "moto[server]>=5.1,<6";

/** A reason why moto cannot be had here. */
export interface Unavailable {
  readonly unavailable: string;
}

export interface MotoServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts moto's server on a free port, out of a Python environment of the repository's own.
 *
 * @param signal ends whatever was started when the test is given up
 */
export async function startMotoServer(signal: AbortSignal): Promise<MotoServer | Unavailable> {
  const python = await pythonWithMoto(signal);
  if (typeof python !== "string") return python;
  const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], {
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, PYTHONUNBUFFERED: "1" },
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill();
    await exited;
  };
  try {
    return { url: await addressOf(child), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk: Buffer) => {
      printed += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
      if (url) resolve(url);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", () => reject(new Error(`moto did not start: ${printed}`)));
    child.once("error", reject);
  });
}

/** The Python of an environment that has moto; made at the first run and kept for the later ones. */
async function pythonWithMoto(signal: AbortSignal): Promise<string | Unavailable> {
  const environment = path.join(environments, "moto");
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
    await run(path.join(draft, "bin/python"), ["-m", "pip", "install", "--quiet", REQUIREMENT], { signal });
    await rename(draft, environment);
  } catch {
    if (!(await exists(python))) return { unavailable: `pip cannot install ${REQUIREMENT}` };
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
