import path from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../../provider/version.ts";

/** The plugin's file, but for the ending that Windows asks for. */
export const PLUGIN_NAME = "pulumi-resource-iam-keys";

const FOLDER = fileURLToPath(new URL("../../dist/archives", import.meta.url));

/** Where the archive of the plugin for this platform is, by the name under which Pulumi looks for it. */
export function archiveFile(): string {
  const { platform, arch } = process;
  const system = platform === "win32" ? "windows" : platform;
  const processor = arch === "x64" ? "amd64" : arch;
  return path.join(FOLDER, `${PLUGIN_NAME}-v${VERSION}-${system}-${processor}.tar.gz`);
}
