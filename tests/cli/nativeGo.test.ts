import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { programs } from "../../schema/programs.ts";
import { adoptionTexts } from "../scan/adoptionTexts.ts";
import { folderWithSdks, quickstartWorks } from "./support/quickstart.ts";

const QUICKSTART = new URL("../../examples/languages/go/main.go", import.meta.url);
const RUNNER = new URL("./support/runInline.go", import.meta.url);

test("the quickstart in Go makes a key by the SDK that the schema comes to, and no other run changes it; the examples compile", async (t) => {
  const folder = await folderWithSdks(t);
  const module = path.join(folder, "go");
  await mkdir(path.join(module, "quickstart"));
  await copyFile(QUICKSTART, path.join(module, "quickstart/main.go"));
  await copyFile(RUNNER, path.join(module, "quickstart/runInline.go"));
  const program = path.join(folder, "quickstart");
  const go = (...words: string[]) =>
    promisify(execFile)("go", words, {
      cwd: module,
      env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod" },
    });
  await go("build", "-o", program, "./quickstart");
  await quickstartWorks(t, folder, [program]);
  const examples = Object.values(programs()).map(({ go: text = "" }) => text);
  for (const [index, text] of [...examples, ...adoptionTexts("go")].entries()) {
    const example = path.join(module, `example${index}`);
    await mkdir(example);
    await writeFile(path.join(example, "main.go"), text);
  }
  await go("vet", "./example...");
});
