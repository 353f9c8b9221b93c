import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { LANGUAGE_NAMES } from "../../cli/init/answers.ts";
import { githubWorkflow } from "../../cli/init/githubWorkflow.ts";
import { pythonWith } from "../support/pythonTool.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const folder = join(root, ".github/workflows");
const files = await readdir(folder);

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      { permissions: Record<string, string>; steps: { uses?: string; with?: Record<string, unknown> }[] }
    >
  >;
}

/** What a careless hand would write: a moving tag, an input in a command, and every permission. */
const CARELESS = `on:
  issues: { types: [opened] }
permissions: write-all
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
      - run: echo "\${{ github.event.issue.title }}"
`;

/** A tool that says nothing of our workflows and those of `init`, and something of a careless one. */
async function approves(
  t: TestContext,
  check: (paths: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), "iam-keys-workflow-"));
  t.after(() => rm(temporary, { recursive: true }));
  const all = files.map((file) => join(folder, file));
  for (const language of LANGUAGE_NAMES) {
    const workflow = join(temporary, `${language}.yml`);
    await writeFile(workflow, githubWorkflow({ stack: "production", folder: "keys", language }));
    all.push(workflow);
  }
  await check(all);
  const careless = join(temporary, "careless.yml");
  await writeFile(careless, CARELESS);
  await assert.rejects(check([careless]), (error: { stdout?: string }) =>
    /template-injection|untrusted/.test(String(error.stdout)),
  );
}

describe("the workflows of the repository", () => {
  for (const file of files) {
    test(`${file}: whatever runs is pinned by the hash of a commit, and no job has more rights than it names`, async () => {
      const text = await readFile(join(folder, file), "utf8");
      const { permissions, jobs } = parse(text) as Workflow;
      assert.deepEqual(permissions, {});
      for (const job of Object.values(jobs)) {
        assert.ok(job.permissions, "a job names its permissions");
        for (const { uses, with: settings } of job.steps.filter((step) => step.uses !== undefined)) {
          assert.match(String(uses), /^actions\/[\w-]+@[0-9a-f]{40}$/);
          if (uses?.startsWith("actions/checkout@")) assert.equal(settings?.["persist-credentials"], false);
        }
      }
      assert.doesNotMatch(text, /secrets\./, "there is no stored secret");
      for (const [, tag] of text.matchAll(/uses: \S+ # (\S+)/g))
        assert.match(String(tag), /^v\d+\.\d+\.\d+$/);
    });
  }

  test("a release is packed once: what was attested is what is published", async () => {
    const { jobs } = parse(await readFile(join(folder, "release.yml"), "utf8")) as Workflow & {
      jobs: Record<"plugin" | "sdks", { needs: string }> & {
        publish: { needs: ("plugin" | "sdks")[]; steps: { run?: string; uses?: string }[] };
      };
    };
    const steps = jobs.publish.steps.map(({ run: command, uses }) => uses?.split("@")[0] ?? command ?? "");
    const at = (what: string) => steps.findIndex((step) => step.includes(what));
    for (const name of jobs.publish.needs) assert.equal(jobs[name].needs, "test");
    assert.deepEqual(jobs.publish.needs, ["plugin", "sdks"]);
    assert.equal(steps.filter((step) => step.includes("npm pack")).length, 1);
    assert.ok(at("npm audit signatures") < at("npm pack"));
    assert.ok(at("npm pack") < at("actions/attest-build-provenance"));
    assert.ok(at("actions/attest-build-provenance") < at("npm publish"));
    assert.match(steps[at("npm publish")] ?? "", /^npm publish "release\/.*\.tgz" --provenance /);
  });

  test("actionlint finds nothing in them", { timeout: 600_000 }, async (t) => {
    const tool = ["tool", "-C", join(root, "tools/actionlint"), "actionlint"];
    try {
      await run("go", [...tool, "-version"], { signal: t.signal });
    } catch {
      return t.skip("there is no Go, or no actionlint for it");
    }
    await approves(t, (paths) => run("go", [...tool, ...paths]));
  });

  test("zizmor finds nothing in them, nor in the action", { timeout: 600_000 }, async (t) => {
    const python = await pythonWith("zizmor==1.32.0", t.signal);
    if (typeof python !== "string") return t.skip(`not looked at by zizmor: ${python.unavailable}`);
    const zizmor = join(python, "../zizmor");
    const check = (paths: readonly string[]) => run(zizmor, ["--offline", "--no-progress", ...paths]);
    await approves(t, check);
    await check([join(root, "action.yml")]);
  });
});

test("the job of GitLab shows each cloud a token of an audience of its own", async () => {
  const text = await readFile(join(root, "examples/pipeline/ready/gitlab/rotate-keys.gitlab-ci.yml"), "utf8");
  const job = (parse(text) as Record<string, { id_tokens: Record<string, { aud: string }> }>)["rotate-keys"];
  const audiences = Object.values(job?.id_tokens ?? {}).map(({ aud }) => aud);
  assert.equal(audiences.length, 2);
  assert.equal(new Set(audiences).size, 2);
});
