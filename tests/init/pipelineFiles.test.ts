import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { parse, parseAllDocuments, stringify } from "yaml";
import { LANGUAGE_NAMES } from "../../cli/init/answers.ts";
import { githubWorkflow } from "../../cli/init/githubWorkflow.ts";
import { gitlabFile } from "../../cli/init/gitlabJob.ts";
import { PLAIN_FOLDER } from "../../cli/init/place.ts";
import { pythonWith } from "../support/pythonTool.ts";
import { emptyFolder, filesIn, init, LEAST, ROOT } from "./support.ts";

const run = promisify(execFile);
const READY = path.join(ROOT, "examples/pipeline/ready");
const COMPONENT = path.join(ROOT, "templates/rotate/template.yml");

/** What an action installs beside Node.js, in which the command is. */
const SETUPS = {
  typescript: [],
  python: ["python"],
  go: ["go"],
  csharp: ["dotnet"],
  java: ["java"],
  yaml: [],
} as const;

const INSTALLS = {
  typescript: [],
  python: ["pulumi install"],
  go: ["pulumi install"],
  csharp: ["pulumi install"],
  java: ["mvn --file sdk-java/pom.xml install", "pulumi install"],
  yaml: ["pulumi install"],
} as const;

/** The two documents of the component: its inputs, and the job. */
async function component() {
  const text = await readFile(COMPONENT, "utf8");
  const [head, job] = parseAllDocuments(text).map((document) => document.toJS());
  return { head, job, text };
}

/** The job as GitLab makes it out of the component. */
async function jobWith(inputs: Readonly<Record<string, string>>) {
  const { job } = await component();
  const filled = JSON.stringify(job).replaceAll(
    /\$\[\[ inputs\.(\w+) \]\]/g,
    (_, name) => inputs[name] ?? "",
  );
  return JSON.parse(filled);
}

describe("the ready files", () => {
  for (const [pipeline, folder] of Object.entries({
    github: "github",
    gitlab: "gitlab",
    operator: "kubernetes",
    systemd: "systemd",
  }))
    test(`for ${pipeline} are what the command writes`, async (t) => {
      const repository = await emptyFolder(t);
      assert.equal((await init(repository, ...LEAST, "--pipeline", pipeline, "--yes")).code, 0);
      const written = Object.entries(await filesIn(repository));
      const files = await readdir(path.join(READY, folder));
      assert.ok(files.length > 0);
      for (const file of files) {
        const [, text] = written.find(([each]) => path.basename(each) === file) ?? assert.fail(file);
        assert.equal(text, await readFile(path.join(READY, folder, file), "utf8"));
      }
    });

  test("and the example's program is what the command writes for a machine", async (t) => {
    const repository = await emptyFolder(t);
    const dir = ["--dir", "iam-keys-pipeline"];
    assert.equal((await init(repository, ...LEAST, ...dir, "--pipeline", "systemd", "--yes")).code, 0);
    const written = await filesIn(path.join(repository, "iam-keys-pipeline"));
    for (const file of ["index.ts", "Pulumi.yaml", ".gitignore"])
      assert.equal(written[file], await readFile(path.join(ROOT, "examples/pipeline", file), "utf8"));
    const peer = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")).peerDependencies;
    const { dependencies } = JSON.parse(written["package.json"] ?? "");
    assert.equal(dependencies["@pulumi/pulumi"], peer["@pulumi/pulumi"]);
  });
});

describe("the pipeline of a program in any language", () => {
  const values = { stack: "production", folder: "keys" };

  for (const language of LANGUAGE_NAMES)
    test(`installs the command by its lock file, and then what ${language} needs`, () => {
      const { steps } = parse(githubWorkflow({ ...values, language })).jobs.rotate;
      const uses = (steps as { uses?: string }[]).flatMap((step) => step.uses ?? []);
      for (const action of uses) assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      const setups = uses.flatMap((action) => /setup-(\w+)@/.exec(action)?.[1] ?? []);
      assert.deepEqual(setups, ["node", ...SETUPS[language]]);
      const commands = (steps as { run?: string }[]).flatMap((step) => step.run ?? []);
      const { script, image } = parse(gitlabFile({ ...values, language }))["rotate-keys"];
      const ofGitlab = (script as string[]).filter((line) => /^(npm|mvn|pulumi) /.test(line));
      for (const installs of [commands.slice(0, -1), ofGitlab])
        assert.deepEqual(installs, ["npm ci --ignore-scripts", ...INSTALLS[language]]);
      const hasAll = image.name.startsWith("pulumi/pulumi:");
      assert.equal(hasAll, SETUPS[language].length > 0);
    });
});

describe("the component of GitLab", () => {
  const inputs = { stack: "production", folder: "keys", stage: "test", language: "typescript" } as const;

  test("is the job that init writes, once its inputs are in it", async () => {
    const { "rotate-keys": job, variables } = parse(gitlabFile(inputs));
    assert.ok(variables);
    assert.deepEqual(await jobWith({ ...inputs, image: job.image.name }), { "rotate-keys-production": job });
  });

  test("takes nothing that could become a command", async () => {
    const { head, text } = await component();
    const { stack, folder, image, stage } = head.spec.inputs;
    const used = [...text.matchAll(/\$\[\[ inputs\.(\w+) \]\]/g)].map(([, name]) => name);
    assert.deepEqual(new Set(used), new Set(Object.keys(head.spec.inputs)));
    const scripts = (await jobWith({ stage: "$PWNED", image: "$PWNED" }))["rotate-keys-"];
    assert.doesNotMatch([...scripts.script, ...scripts.after_script].join("\n"), /PWNED/);
    assert.equal(stage.default, "test");
    assert.ok(new RegExp(folder.regex).test(folder.default));
    assert.ok(new RegExp(image.regex).test(`pulumi/pulumi-nodejs-24@sha256:${"0a".repeat(32)}`));
    for (const [input, right] of [
      [stack, ["production", "eu-1.x", "_"]],
      [folder, ["keys", "infra/keys.v2", "."]],
    ] as const) {
      for (const text of right) assert.match(text, new RegExp(input.regex));
      for (const text of ["a b", "a;b", "a\nb", "$(a)", "`a`", "-a", "a'b", 'a"b', ""])
        assert.doesNotMatch(text, new RegExp(input.regex));
    }
    assert.equal(folder.regex, PLAIN_FOLDER.source);
  });
});

test("the schemas of GitHub and GitLab take them all", { timeout: 600_000 }, async (t) => {
  const python = await pythonWith("check-jsonschema==0.39.0", t.signal);
  if (typeof python !== "string") return t.skip(`no schema was looked at: ${python.unavailable}`);
  const check = (schema: string, ...files: string[]) =>
    run(python, ["-m", "check_jsonschema", "--builtin-schema", `vendor.${schema}`, ...files]);
  const folder = await emptyFolder(t);
  const documents = {
    head: (await component()).head,
    job: await jobWith({ stack: "a", folder: ".", stage: "b", image: "c" }),
  };
  for (const [name, document] of Object.entries(documents))
    await writeFile(path.join(folder, `${name}.yml`), stringify(document));
  const workflows = LANGUAGE_NAMES.map((language) => path.join(folder, `${language}.yml`));
  for (const [index, language] of LANGUAGE_NAMES.entries())
    await writeFile(workflows[index] ?? "", githubWorkflow({ stack: "a", folder: ".", language }));
  await check("github-workflows", ...workflows);
  await check("github-actions", path.join(ROOT, "action.yml"));
  await check("gitlab-ci", path.join(READY, "gitlab/rotate-keys.gitlab-ci.yml"));
  await check("gitlab-ci", path.join(folder, "head.yml"));
  await check("gitlab-ci", path.join(folder, "job.yml"));
  await writeFile(path.join(folder, "wrong.yml"), "rotate-keys: { script: 1 }\n");
  await assert.rejects(check("gitlab-ci", path.join(folder, "wrong.yml")));
});
