import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import type { LocalIam } from "../../local/iam/index.ts";
import { ROOT } from "./support.ts";
import { WrittenProject } from "./writtenProject.ts";

const ACTION = parse(await readFile(path.join(ROOT, "action.yml"), "utf8"));
const [STEP, ...OTHERS] = ACTION.runs.steps;

/** As a runner of GitHub does: the values go into the variables, and the script is a file for bash. */
async function runAction(project: WrittenProject, inputs: Readonly<Record<string, string>>) {
  const { folder } = project.stack;
  const values = Object.entries(ACTION.inputs as Record<string, { default?: string }>).map(
    ([name, input]) => [name, inputs[name] ?? input.default ?? ""] as const,
  );
  const variables = Object.entries(STEP.env as Record<string, string>).map(([name, text]) => {
    const [, input] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text) ?? [];
    return [name, values.find(([each]) => each === input)?.[1] ?? assert.fail(text)] as const;
  });
  const [script, output, summary] = ["step.sh", "output", "summary.md"].map((file) =>
    path.join(folder, file),
  );
  await writeFile(String(script), STEP.run);
  await writeFile(String(output), "");
  await writeFile(String(summary), "");
  const environment = {
    ...Object.fromEntries(variables),
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
  };
  const bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", String(script)];
  const ended = await project.run(bash, environment);
  const read = (file = "") => readFile(file, "utf8");
  return { ...ended, output: await read(output), summary: await read(summary) };
}

describe("the action of GitHub", () => {
  test("takes every input by a variable, and uses nothing of others", () => {
    assert.deepEqual([ACTION.runs.using, STEP.shell, OTHERS], ["composite", "bash", []]);
    assert.doesNotMatch(STEP.run, /\$\{\{/);
    const expressions = [STEP["working-directory"], ...Object.values(STEP.env)].map(String);
    const inputs = Object.keys(ACTION.inputs).map((name) => `$\{{ inputs.${name} }}`);
    assert.deepEqual(expressions.toSorted(), inputs.toSorted());
  });

  test("rotates a stack that init wrote, far below, with a name and a stack that are all its own", async (t) => {
    const args = (iam: LocalIam) => [
      ...["--account", iam.serviceAccountId, "--pipeline", "github", "--name", "ci.up-1_x"],
      ...["--every", "P90D", "--overlap", "PT12H", "--stack", "1.eu_west"],
    ];
    const project = await WrittenProject.create(t, args, "infra/2_keys.v2");
    await project.stack.expect("stack", "init", "1.eu_west");
    await project.stack.up();

    await t.test("by an order, with options of the command", async () => {
      const more = {
        "rotate-now": "incident-42:ci.*",
        arguments: "--attempts=1\n\n--report\na report.json\n",
      };
      const { code, stdout, stderr, output, summary } = await runAction(project, {
        stack: "1.eu_west",
        ...more,
      });
      assert.deepEqual([code, output], [0, "exit-code=0\n"], stdout + stderr);
      assert.match(stdout, /^rotated: /m);
      assert.match(summary, /Keys of 1\.eu_west: rotated\n/);
      const report = await readFile(path.join(project.stack.folder, "a report.json"), "utf8");
      assert.equal(JSON.parse(report).keys[0].name, "ci.up-1_x");
    });

    await t.test("and runs nothing of what an input holds", async () => {
      const pwned = path.join(project.stack.folder, "pwned");
      const hostile = `$(touch '${pwned}')"; touch '${pwned}'; '\`touch ${pwned}\`#\n\${{ github.token }}`;
      for (const [input, ends] of Object.entries({ stack: 4, "rotate-now": 3, arguments: 3 })) {
        const { code, output } = await runAction(project, { stack: "1.eu_west", [input]: hostile });
        assert.deepEqual([code, output], [ends, `exit-code=${ends}\n`], input);
      }
      await assert.rejects(readFile(pwned));
    });
  });
});
