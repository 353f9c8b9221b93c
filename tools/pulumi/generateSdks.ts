import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { goMod } from "./goMod.ts";

const SCHEMA = fileURLToPath(new URL("../../schema.json", import.meta.url));
/** The module that pins the CLI, and the one that pins what comes in an older version alone. */
const NEWER = import.meta.dirname;
const OLDER = path.join(NEWER, "languages");

const PULUMI_FOR_GO = "github.com/pulumi/pulumi/sdk/v3";

/** Texts by language and then by name. */
type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Writes the SDKs that schema.json comes to into the folder: "dotnet", "go", "java", "nodejs", "python". */
export async function generateSdks(folder: string): Promise<void> {
  const module = path.join(folder, "go/go.mod");
  await mkdir(path.dirname(module), { recursive: true });
  await writeFile(module, await goModule());
  const printed = [await generate(NEWER, ["./sdks", SCHEMA]), await generate(OLDER, [".", "sdks", SCHEMA])];
  for (const sdks of printed) {
    for (const [language, files] of Object.entries(JSON.parse(sdks) as Texts)) {
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(folder, language, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    }
  }
}

/** The module that the code for Go is, which the generator does not write. */
async function goModule(): Promise<string> {
  const { goVersion, versionOf } = await goMod(NEWER);
  const { language } = JSON.parse(await readFile(SCHEMA, "utf8"));
  const lines = [
    `module ${path.posix.dirname(language.go.importBasePath)}`,
    `go ${goVersion}`,
    `require ${PULUMI_FOR_GO} ${versionOf(PULUMI_FOR_GO)}`,
  ];
  return `${lines.join("\n\n")}\n`;
}

/** Programs in YAML by their names, in each language that an SDK is generated for: "typescript", "python", …. */
export async function translatePrograms(programs: Readonly<Record<string, string>>): Promise<Texts> {
  return JSON.parse(await generate(OLDER, [".", "programs", SCHEMA], JSON.stringify(programs)));
}

/** What the generators print, which are Pulumi's own, in Go. */
async function generate(module: string, words: readonly string[], input = ""): Promise<string> {
  const generators = spawn("go", ["run", ...words], { cwd: module, env: { ...process.env, GOWORK: "off" } });
  const ended = once(generators, "close");
  generators.stdin.end(input);
  const [printed, problems] = await Promise.all([text(generators.stdout), text(generators.stderr)]);
  const [code] = await ended;
  if (code === 0) return printed;
  throw new Error(`The generators of Pulumi ended with ${code}: ${problems}`);
}
