import { fileURLToPath } from "node:url";
import { bundlePlugin } from "../../scripts/bundlePlugin.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const FOLDER = fileURLToPath(new URL("../../node_modules/.cache/bench/plugin", import.meta.url));

let bundled: Promise<string> | undefined;

/** The folder of the plugin that does nothing, which belongs on the PATH; bundled as the real one is. */
export function emptyPluginFolder(): Promise<string> {
  bundled ??= bundlePlugin(MAIN, FOLDER).then(() => FOLDER);
  return bundled;
}
