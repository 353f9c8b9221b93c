import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const SCHEMA = fileURLToPath(new URL("../../schema.json", import.meta.url));
/** The module that pins the CLI, and the one that pins what comes in an older version alone. */
const NEWER = import.meta.dirname;
const OLDER = path.join(NEWER, "languages");

/** Texts by language and then by name. */
type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Writes the SDKs that schema.json comes to into the folder: "dotnet", "go", "java", "nodejs", "python". */
export async function generateSdks(folder: string): Promise<void> {
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
