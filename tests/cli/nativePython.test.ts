import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { VERSION } from "../../provider/version.ts";
import { programs } from "../../schema/programs.ts";
import { adoptionTexts } from "../scan/adoptionTexts.ts";
import { pythonWith } from "../support/pythonTool.ts";
import { folderWithSdks, quickstartWorks } from "./support/quickstart.ts";
import { writtenByInit } from "./support/writtenByInit.ts";

const RELEASE = `https://github.com/pulumi-iam-keys/pulumi-iam-keys/releases/download/v${VERSION}`;
const QUIETLY = ["--quiet", "--disable-pip-version-check", "--no-deps"];
const MOCKED = fileURLToPath(new URL("./support/runMocked.py", import.meta.url));
const RUNNER = fileURLToPath(new URL("./support/runInline.py", import.meta.url));

test("what init writes in Python makes a key by the wheel of the SDK that the schema comes to, and no other run changes it; the examples and adoptions run", async (t) => {
  const python = await pythonWith("pulumi==3.272.0", t.signal);
  if (typeof python !== "string") return t.skip(python.unavailable);
  const folder = await folderWithSdks(t);
  const modules = path.join(folder, "modules");
  const wheels = path.join(folder, "wheels");
  const pip = (command: string, ...words: string[]) =>
    promisify(execFile)(python, ["-m", "pip", command, ...QUIETLY, ...words]);
  await pip("wheel", "--use-pep517", "--wheel-dir", wheels, path.join(folder, "python"));
  const [wheel = ""] = await readdir(wheels);
  const written = await writtenByInit(t, "python");
  const required = await readFile(path.join(written, "requirements.txt"), "utf8");
  assert.equal(/\bpulumi_iam_keys @ (\S+)/.exec(required)?.[1], `${RELEASE}/${wheel}`);
  await pip("install", "--target", modules, path.join(wheels, wheel));
  await quickstartWorks(t, folder, [python, RUNNER, path.join(written, "__main__.py")], {
    PYTHONPATH: modules,
  });
  const examples = Object.values(programs()).map(({ python: text = "" }) => text);
  const mocked = promisify(execFile)(python, [MOCKED], { env: { ...process.env, PYTHONPATH: modules } });
  mocked.child.stdin?.end(JSON.stringify([...examples, ...adoptionTexts("python")]));
  await mocked;
});
