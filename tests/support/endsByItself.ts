import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Far more than the work takes; what has no end is over then. */
const GIVEN_UP_MS = 120_000;

/**
 * What a module prints, run in a process of its own: work that does not end would keep this one, its own timeout
 * included, from going on. Rejects where it has to be ended.
 *
 * @param code with `root` for the URL of the repository
 */
export async function endsByItself(code: string): Promise<string> {
  const root = JSON.stringify(new URL("../../", import.meta.url).href);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", `const root = ${root};\n${code}`],
    { timeout: GIVEN_UP_MS, killSignal: "SIGKILL" },
  );
  return stdout.trim();
}
