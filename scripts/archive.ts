/**
 * Makes the plugin one file for the platform that this runs on, with the Node.js that it needs inside, and packs it into
 * dist/archives, as Pulumi installs plugins.
 */
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { archiveFile, PLUGIN_NAME } from "./archive/archiveFile.ts";
import { NODE_FLAGS } from "./nodeFlags.ts";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("..", import.meta.url));
const folder = path.join(repository, "dist/executable");

const isWindows = process.platform === "win32";
const isMac = process.platform === "darwin";

await rm(folder, { recursive: true, force: true });
const bundle = path.join(folder, "main.cjs");
await build({
  entryPoints: [path.join(repository, "provider/native/main.ts")],
  outfile: bundle,
  bundle: true,
  // Node.js takes one file that is no ES module.
  format: "cjs",
  platform: "node",
  target: "node22",
  logLevel: "warning",
});

const blob = path.join(folder, "main.blob");
const settings = path.join(folder, "sea.json");
await writeFile(
  settings,
  JSON.stringify({
    main: bundle,
    output: blob,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    execArgv: NODE_FLAGS,
  }),
);
await run(process.execPath, ["--experimental-sea-config", settings]);

const executable = path.join(folder, isWindows ? `${PLUGIN_NAME}.exe` : PLUGIN_NAME);
await copyFile(process.execPath, executable);
await chmod(executable, 0o755);
// The signature of Node.js does not hold for what is in there now, and macOS runs nothing without one.
if (isMac) await run("codesign", ["--remove-signature", executable]);
const postject = fileURLToPath(import.meta.resolve("postject/dist/cli.js"));
const fuse = ["--sentinel-fuse", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"];
const segment = isMac ? ["--macho-segment-name", "NODE_SEA"] : [];
await run(process.execPath, [postject, executable, "NODE_SEA_BLOB", blob, ...fuse, ...segment]);
if (isMac) await run("codesign", ["--sign", "-", executable]);

const archive = archiveFile();
await mkdir(path.dirname(archive), { recursive: true });
// Without a drive in them, which one tar of Windows takes for the name of a host.
await run("tar", ["-czf", path.relative(folder, archive), path.basename(executable)], { cwd: folder });
console.log(archive);
