import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { pythonWith, type Unavailable } from "./pythonTool.ts";

const REQUIREMENT = "moto[server]>=5.1,<6";

export interface MotoServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts moto's server on a free port, out of a Python environment of the repository's own.
 *
 * @param signal ends whatever was started when the test is given up
 */
export async function startMotoServer(signal: AbortSignal): Promise<MotoServer | Unavailable> {
  const python = await pythonWith(REQUIREMENT, signal);
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
