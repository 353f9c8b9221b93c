import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { TEMPLATES } from "../cli/init/templates.ts";
import { permissionsPage, SECURITY, withAccessTables } from "./accessTables.ts";
import { ADOPTION_TEMPLATES, adoptionTemplates } from "./adoptionTemplates.ts";
import { COMMANDS_PAGE, commandsPage } from "./commandsPage.ts";
import { docsPages, withDocsList } from "./docsPages.ts";
import { errorsPage } from "./errorTable.ts";
import { initFiles } from "./initFiles.ts";
import { initTemplates } from "./initTemplates.ts";
import type { DeclaredKind } from "./kindFiles.ts";
import { KIND_TABLE, kindTable } from "./kindTable.ts";
import { pulumiSchema } from "./pulumiSchema.ts";
import { referencePages } from "./referencePages.ts";
import { registryPages } from "./registryPages.ts";
import { README, withResourceTable } from "./resourceTable.ts";
import { sdkModule } from "./sdkModule.ts";

const ROOT = new URL("../", import.meta.url);

/**
 * Every file that follows from the kinds, their classes, the commands and the templates of `init`, by its path, with
 * its right content.
 */
export async function generatedFiles(kinds: readonly DeclaredKind[]): Promise<ReadonlyMap<string, string>> {
  const schema = await pulumiSchema(kinds);
  const files: [string, string][] = [
    [KIND_TABLE, kindTable(kinds)],
    [TEMPLATES, JSON.stringify(initTemplates(), undefined, 2)],
    ["sdk/aws.ts", sdkModule("aws", kinds)],
    ["sdk/yandex.ts", sdkModule("yandex", kinds)],
    ["schema.json", JSON.stringify(schema, undefined, 2)],
    [SECURITY, withAccessTables(await readFile(generatedUrl(SECURITY), "utf8"), kinds)],
    [README, withDocsList(withResourceTable(await readFile(generatedUrl(README), "utf8"), kinds))],
    [ADOPTION_TEMPLATES, adoptionTemplates(kinds)],
    [COMMANDS_PAGE, commandsPage()],
    ["docs/reference/errors.md", errorsPage()],
    ["docs/reference/permissions.md", permissionsPage(kinds)],
    ...docsPages(kinds),
    ...referencePages(kinds, schema),
    ...registryPages(schema),
    ...(await initFiles()),
  ];
  return new Map(
    await Promise.all(files.map(async ([path, raw]) => [path, await formatted(path, raw)] as const)),
  );
}

/** The path of a generated file. */
export function generatedUrl(path: string): URL {
  return new URL(path, ROOT);
}

/** The text as the formatter has it, whose rules are those of the files around it. */
async function formatted(path: string, raw: string): Promise<string> {
  if (!/\.(ts|json)$/.test(path)) return raw;
  const args = ["check", "--write", `--stdin-file-path=${path}`];
  const biome = spawn(fileURLToPath(new URL("node_modules/.bin/biome", ROOT)), args, {
    cwd: fileURLToPath(ROOT),
    stdio: ["pipe", "pipe", "inherit"],
  });
  biome.stdin.end(raw);
  return text(biome.stdout);
}
