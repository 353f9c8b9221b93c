import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What users install and try the package with, at versions that were tried. */
const TOOLS = {
  "@yarnpkg/cli-dist": "4.18.1",
  bun: "1.4.5",
  esbuild: "0.28.2",
  jest: "30.5.2",
  pnpm: "12.21.0",
  "typescript-5.0": "npm:typescript@5.0.4",
  "typescript-5.9": "npm:typescript@5.9.3",
  "typescript-6.0": "npm:typescript@6.0.3",
  vitest: "5.1.2",
  yarn: "1.22.22",
};

/** A folder in which the tools are installed, and the package beside them. */
export async function installTools(folder: string, dependencies: Dependencies): Promise<void> {
  await writeFile(
    path.join(folder, "package.json"),
    JSON.stringify({ private: true, dependencies: { ...TOOLS, ...dependencies } }),
  );
  await run("npm", NPM, { cwd: folder });
  // The one tool that does not run before its script has; those of the others do nothing that is needed here.
  await run(process.execPath, ["install.js"], { cwd: path.join(folder, "node_modules/bun") });
}

const UNREACHABLE = /\b(SELF_SIGNED_CERT|ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|self-signed certificate)/;

/** Whether a program failed because nothing could be had from where packages come from. */
export function isUnreachable(error: unknown): boolean {
  const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
  return UNREACHABLE.test(`${stdout}${stderr}`);
}

export type Dependencies = Readonly<Record<string, string>>;

const NPM = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];

/** How a folder's dependencies are installed; gives what the environment of its programs needs. */
export type Installer = (folder: string, tools: string) => Promise<Readonly<Record<string, string>>>;

/** Nobody may ask a person, or hold a lock file against a tarball that was packed anew. */
const ENVIRONMENT = { CI: "", YARN_ENABLE_IMMUTABLE_INSTALLS: "false", YARN_ENABLE_TELEMETRY: "false" };

const byCommand =
  (...command: readonly [string, ...string[]]): Installer =>
  async (folder, tools) => {
    await runTool(folder, tools, command);
    return {};
  };

export const INSTALLERS: Readonly<Record<string, Installer>> = {
  npm: async (folder) => {
    await run("npm", NPM, { cwd: folder });
    return {};
  },
  pnpm: byCommand("pnpm/pnpm", "install", "--prefer-offline", "--ignore-scripts", "--no-frozen-lockfile"),
  "yarn classic": byCommand("yarn/bin/yarn.js", "install", "--ignore-scripts", "--no-lockfile"),
  "yarn with Plug'n'Play": async (folder, tools) => {
    // Without it, a folder below another project's belongs to that one.
    await writeFile(path.join(folder, "yarn.lock"), "");
    const command = ["@yarnpkg/cli-dist/bin/yarn.js", "install", "--mode=skip-build"] as const;
    await runTool(folder, tools, command, await settingsOfNpm());
    // What `yarn run pulumi` adds.
    const loader = ["--require", "./.pnp.cjs", "--experimental-loader", "./.pnp.loader.mjs"];
    return { NODE_OPTIONS: loader.map((word) => word.replace(/^\./, folder)).join(" ") };
  },
  bun: byCommand("bun/bin/bun.exe", "install", "--ignore-scripts"),
};

/** The one installer that does not read them: where packages come from, and which certificates are trusted there. */
async function settingsOfNpm(): Promise<Readonly<Record<string, string>>> {
  const get = async (name: string) => (await run("npm", ["config", "get", name])).stdout.trim();
  const [registry, cafile] = await Promise.all([get("registry"), get("cafile")]);
  const isSet = cafile !== "" && cafile !== "null" && cafile !== "undefined";
  return { YARN_NPM_REGISTRY_SERVER: registry, ...(isSet && { YARN_HTTPS_CA_FILE_PATH: cafile }) };
}

async function runTool(
  folder: string,
  tools: string,
  [file, ...args]: readonly [string, ...string[]],
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const tool = path.join(tools, "node_modules", file);
  const [program, words] = file.endsWith(".js") ? [process.execPath, [tool, ...args]] : [tool, args];
  await run(program, words, { cwd: folder, env: { ...process.env, ...ENVIRONMENT, ...settings } });
}
