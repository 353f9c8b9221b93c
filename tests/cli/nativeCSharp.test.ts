import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { glob, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { programs } from "../../schema/programs.ts";
import { adoptionTexts } from "../scan/adoptionTexts.ts";
import { endOf } from "../support/ended.ts";
import { pythonWith } from "../support/pythonTool.ts";
import { folderWithSdks } from "./support/quickstart.ts";
import { writtenByInit } from "./support/writtenByInit.ts";

const PARSER = "tree-sitter-c-sharp[core]==0.23.5";
const SCRIPT = path.join(import.meta.dirname, "support/parseCSharp.py");

/** There is no compiler of C# here, and no package of Pulumi's for .NET: what is wrong with types is found by the release. */
test("the SDK for .NET, what init writes and the examples in C# are C# by its grammar", async (t) => {
  const python = await pythonWith(PARSER, t.signal);
  if (typeof python !== "string") return t.skip(python.unavailable);
  const wrongIn = async (files: readonly string[]) => {
    const parser = spawn(python, [SCRIPT], { stdio: ["pipe", "pipe", "pipe"] });
    parser.stdin.end(files.join("\n"));
    const { code, stdout, stderr } = await endOf(parser);
    assert.equal(code, 0, stderr);
    return stdout.split("\n").filter(Boolean);
  };
  const folder = await folderWithSdks(t);
  const files = [path.join(await writtenByInit(t, "csharp"), "Program.cs")];
  for await (const file of glob("dotnet/**/*.cs", { cwd: folder })) files.push(path.join(folder, file));
  assert.ok(files.length > 20);
  const examples = Object.values(programs()).map(({ csharp = "" }) => csharp);
  for (const [index, csharp] of [...examples, ...adoptionTexts("csharp")].entries()) {
    const file = path.join(folder, `Example${index}.cs`);
    await writeFile(file, csharp);
    files.push(file);
  }
  assert.deepEqual(await wrongIn(files), []);

  const broken = path.join(folder, "Broken.cs");
  await writeFile(broken, "class Broken { void Do() { return 1 } }\n");
  assert.equal((await wrongIn([broken])).length, 1);
});
