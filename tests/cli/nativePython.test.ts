import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { programs } from "../../schema/programs.ts";
import { pythonWith } from "../support/pythonTool.ts";
import { folderWithSdks, quickstartWorks } from "./support/quickstart.ts";

const QUICKSTART = fileURLToPath(new URL("../../examples/languages/python/__main__.py", import.meta.url));
const MOCKED = fileURLToPath(new URL("./support/runMocked.py", import.meta.url));
const RUNNER = fileURLToPath(new URL("./support/runInline.py", import.meta.url));

test("the quickstart in Python makes a key by the SDK that the schema comes to, and no other run changes it; the examples run", async (t) => {
  const python = await pythonWith("pulumi==3.272.0", t.signal);
  if (typeof python !== "string") return t.skip(python.unavailable);
  const folder = await folderWithSdks(t);
  const modules = path.join(folder, "modules");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  await promisify(execFile)(python, [...pip, "--target", modules, path.join(folder, "python")]);
  await quickstartWorks(t, folder, [python, RUNNER, QUICKSTART], { PYTHONPATH: modules });
  const examples = Object.values(programs()).map(({ python: text = "" }) => text);
  const mocked = promisify(execFile)(python, [MOCKED], { env: { ...process.env, PYTHONPATH: modules } });
  mocked.child.stdin?.end(JSON.stringify(examples));
  await mocked;
});
