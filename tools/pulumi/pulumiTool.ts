import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { buildOnce, type PinnedProgram } from "./buildOnce.ts";

/** The real Pulumi engine. */
export interface PulumiTool {
  /** The CLI. */
  readonly file: string;
  readonly version: string;
  /** What it needs around it: hosts and plugins on the PATH, and no look at the internet. */
  readonly environment: Readonly<Record<"PATH", string>> & Readonly<Record<string, string>>;
}

/** The oldest CLI of the PATH that is taken: the local engine was compared with it call by call, and with none before. */
const OLDEST = "3.260.0";

const CLI: PinnedProgram = {
  name: "pulumi",
  folder: import.meta.dirname,
  module: "github.com/pulumi/pulumi/pkg/v3",
  main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  // Without it the CLI knows no version, and the Automation API does not take it.
  stamp: (version) => `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
  cost: "five minutes on two cores, and 2.6 GB of Go modules",
};

const LANGUAGES = path.join(import.meta.dirname, "languages");

/** The hosts of programs in languages that the CLI does not come with. */
const LANGUAGE_HOSTS: Readonly<Record<"java" | "yaml", PinnedProgram>> = {
  java: {
    name: "pulumi-language-java",
    folder: LANGUAGES,
    module: "github.com/pulumi/pulumi-java/pkg",
    main: "github.com/pulumi/pulumi-java/pkg/cmd/pulumi-language-java",
    cost: "a minute or two",
  },
  yaml: {
    name: "pulumi-language-yaml",
    folder: LANGUAGES,
    module: "github.com/pulumi/pulumi-yaml",
    main: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    cost: "a minute or two",
  },
};

/** What a CLI takes with it from Pulumi's own release: the host of Node.js programs, the launcher of dynamic providers. */
const HOSTS = path.join(import.meta.dirname, "hosts");
const PATH = process.env.PATH ?? "";

let found: Promise<PulumiTool> | undefined;

/** The CLI of the PATH where it is recent enough, else the pinned one, which is built where there is none yet. */
export function pulumiTool(): Promise<PulumiTool> {
  found ??= find();
  return found;
}

/** The folder of the host of programs in that language, which belongs on the PATH of who runs one with the pinned CLI. */
export async function hostFolder(language: keyof typeof LANGUAGE_HOSTS): Promise<string> {
  return path.dirname(await buildOnce(LANGUAGE_HOSTS[language]));
}

async function find(): Promise<PulumiTool> {
  const own = await cliOfThePath();
  // The hosts that came with a CLI are the ones for it.
  if (own !== undefined) return { ...own, environment: environmentWith([PATH, HOSTS]) };
  const file = await buildOnce(CLI);
  const version = await versionOf(file);
  if (version === undefined) throw new Error(`${file} does not run.`);
  return { file, version, environment: environmentWith([path.dirname(file), HOSTS, PATH]) };
}

function environmentWith(folders: readonly string[]): PulumiTool["environment"] {
  return {
    // The hosts start the `node` of the PATH, which is to be the one that runs this.
    PATH: [path.dirname(process.execPath), ...folders].join(path.delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

async function cliOfThePath(): Promise<Pick<PulumiTool, "file" | "version"> | undefined> {
  const file = PATH.split(path.delimiter)
    .map((folder) => path.join(folder, "pulumi"))
    .find(isExecutable);
  const version = file && (await versionOf(file));
  if (file === undefined || version === undefined) return undefined;
  if (version.localeCompare(OLDEST, "en", { numeric: true }) >= 0) return { file, version };
  console.error(`${file} is ${version}, which is older than ${OLDEST}: the pinned version is taken.`);
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a CLI says of itself, "3.274.1"; nothing where it does not run, or says nothing of the kind. */
async function versionOf(file: string): Promise<string | undefined> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" };
  const { stdout } = await promisify(execFile)(file, ["version"], { env }).catch(() => ({ stdout: "" }));
  return /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
}
