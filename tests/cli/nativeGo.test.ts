import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { programs } from "../../schema/programs.ts";
import { adoptionTexts } from "../scan/adoptionTexts.ts";
import { folderWithSdks, quickstartWorks } from "./support/quickstart.ts";
import { writtenByInit } from "./support/writtenByInit.ts";

const RUNNER = new URL("./support/runInline.go", import.meta.url);

test("what init writes in Go makes a key by the SDK that the schema comes to, and no other run changes it; the examples compile", async (t) => {
  const folder = await folderWithSdks(t);
  const module = path.join(folder, "go");
  const written = await writtenByInit(t, "go");
  await symlink(module, path.join(written, "sdk-go"));
  await copyFile(RUNNER, path.join(written, "runInline.go"));
  const main = path.join(written, "main.go");
  await writeFile(main, (await readFile(main, "utf8")).replace("pulumi.Run(", "runInline("));
  const program = path.join(folder, "quickstart");
  const go = (cwd: string, ...words: string[]) =>
    promisify(execFile)("go", words, { cwd, env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod" } });
  await go(written, "build", "-o", program, ".");
  await quickstartWorks(t, folder, [program]);
  const examples = Object.values(programs()).map(({ go: text = "" }) => text);
  for (const [index, text] of [...examples, ...adoptionTexts("go")].entries()) {
    const example = path.join(module, `example${index}`);
    await mkdir(example);
    await writeFile(path.join(example, "main.go"), text);
  }
  await go(module, "vet", "./example...");
});
