import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import type { Engine } from "../../tools/engine.ts";
import { COMPILED } from "../support/compiled.ts";

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, "../..");

/** The commands of others. npm does all that it does, but for a download: the packages are those of the repository. */
const STAND_INS = {
  npm: `[ "$1" != install ] && PATH=$REAL_PATH exec npm "$@"
mkdir -p node_modules/.bin
ln -s "$ROOT/dist/cli/main.js" node_modules/.bin/iam-keys`,
  jq: `exec "$NODE" --eval 'console.log(JSON.parse(require("fs").readFileSync(0, "utf8")).id)'`,
  yc: `case "$*" in
  "iam create-token") echo "$TOKEN" ;;
  "iam service-account get uploads --format json") echo "{\\"id\\":\\"$ACCOUNT\\"}" ;;
  *) exit 64 ;;
esac`,
  pulumi: `exec "$ENGINE" $ENGINE_ARGS "$@"`,
};

/** docs/tutorial.md in a folder of its own, taken as a reader takes it: each file and each command as it stands there. */
class Tutorial implements AsyncDisposable {
  readonly iam: LocalIam;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #page: string;
  /** What the reader's shell keeps from step to step. */
  readonly #exports: string[] = [];

  private constructor(folder: string, iam: LocalIam, environment: NodeJS.ProcessEnv, page: string) {
    this.#folder = folder;
    this.iam = iam;
    this.#environment = environment;
    this.#page = page;
  }

  static async open(engine: Engine): Promise<Tutorial> {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-tutorial-"));
    await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    for (const name of ["tools", "state"]) await mkdir(path.join(folder, name));
    for (const [name, script] of Object.entries(STAND_INS)) {
      const file = path.join(folder, "tools", name);
      await writeFile(file, `#!/bin/sh\n${script}\n`);
      await chmod(file, 0o755);
    }
    const iam = await startLocalIam();
    const { YC_TOKEN: token, ...endpoints } = iam.environment;
    const real = engine.environment.PATH ?? process.env.PATH;
    const environment = {
      ...process.env,
      ...engine.environment,
      ...endpoints,
      PATH: [path.join(folder, "tools"), real].join(path.delimiter),
      REAL_PATH: real,
      ROOT,
      NODE: process.execPath,
      ENGINE: engine.file,
      ENGINE_ARGS: engine.args.join(" "),
      TOKEN: token,
      ACCOUNT: iam.serviceAccountId,
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a reader's own",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      NODE_COMPILE_CACHE: COMPILED,
    };
    return new Tutorial(
      folder,
      iam,
      environment,
      await readFile(path.join(ROOT, "docs/tutorial.md"), "utf8"),
    );
  }

  /** The commands of the step with that number, whose files are saved before. Gives what they print. */
  async step(number: number): Promise<string> {
    const [, text = ""] = this.#page.split(new RegExp(`^## ${number}\\. .*$`, "m"));
    const [section = ""] = text.split(/^## /m);
    const inProject = {
      cwd: path.join(this.#folder, number === 1 ? "" : "first-key"),
      env: this.#environment,
    };
    const script = blocks(section, "sh").join("\n");
    const { stdout } = await run("sh", ["-euc", [...this.#exports, script].join("\n")], inProject);
    this.#exports.push(...script.split("\n").filter((line) => line.startsWith("export ")));
    for (const [language, file] of [
      ["yaml", "Pulumi.yaml"],
      ["ts", "index.ts"],
    ] as const) {
      for (const content of blocks(section, language))
        await writeFile(path.join(this.#folder, "first-key", file), content);
    }
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.iam.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, block = ""]) => block,
  );
}

/** Takes all steps, and looks at the keys after each. */
export async function takeTutorial(engine: Engine): Promise<void> {
  await using tutorial = await Tutorial.open(engine);
  const ids = () =>
    tutorial.iam
      .keys()
      .filter(({ kind }) => kind === "yandex:StaticAccessKey")
      .map(({ id }) => id);
  await tutorial.step(1);
  await tutorial.step(2);
  const created = await tutorial.step(3);
  const [first, ...none] = ids();
  assert.deepEqual(none, []);
  assert.match(created, /\buploads\b/);
  assert.ok(
    tutorial.iam.secrets().some((secret) => created.includes(secret)),
    "the secret is shown",
  );

  const rotated = await tutorial.step(4);
  assert.equal(ids().length, 2);
  assert.ok(first && ids().includes(first), "the first key keeps working");
  assert.match(rotated, /previous/);

  await tutorial.step(5);
  assert.deepEqual(ids(), []);
}
