import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";

const READY = fileURLToPath(new URL("../../examples/pipeline/ready/", import.meta.url));
const ready = (file: string) => path.join(READY, file);
const text = (file: string) => readFile(ready(file), "utf8");

const GITHUB = "github/rotate-keys.yml";
const GITLAB = "gitlab/rotate-keys.gitlab-ci.yml";
const SERVICE = "systemd/rotate-keys.service";
const TIMER = "systemd/rotate-keys.timer";

function unlessMissing(command: string, ...args: string[]): string | false {
  return spawnSync(command, args).error === undefined ? false : `there is no ${command} on the PATH`;
}

function check(command: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}

describe("the workflow of GitHub Actions", () => {
  test("passes actionlint", { skip: unlessMissing("actionlint", "-version") }, () =>
    check("actionlint", ready(GITHUB)),
  );

  test("has few permissions, no secret, pinned actions, and nothing typed by somebody in a command", async () => {
    const content = await text(GITHUB);
    const { permissions, concurrency, jobs } = parse(content);
    assert.deepEqual(permissions, {});
    assert.equal(concurrency["cancel-in-progress"], false);
    // A run that waits is dropped for the next one of its group: the schedule must not drop an order.
    assert.equal(concurrency.group, `rotate-keys-production-$\{{ inputs.rotateNow || 'schedule' }}`);
    assert.deepEqual(jobs.rotate.permissions, { contents: "read", "id-token": "write" });
    const steps = jobs.rotate.steps as { uses?: string; run?: string; env?: object }[];
    for (const { run = "" } of steps) assert.doesNotMatch(run, /\$\{\{/);
    for (const [use, hash = ""] of content.matchAll(/uses: \S+?@(\S+)/g)) {
      assert.match(hash, /^[0-9a-f]{40}$/);
      assert.ok(new Set(hash).size > 1, `${use}: no hash of a commit is all zeros`);
    }
    assert.deepEqual(steps.at(-1)?.env, { IAM_KEYS_ROTATE_NOW: `$\{{ inputs.rotateNow }}` });
    assert.doesNotMatch(content, /secrets\./);
  });
});

test("the job of GitLab waits its turn, repeats what may be repeated, and has no secret but tokens of its own", async () => {
  const content = await text(GITLAB);
  const { variables, "rotate-keys": job } = parse(content);
  assert.equal(variables.IAM_KEYS_ROTATE_NOW.value, "");
  const sources = (job.rules as { if: string }[]).map((rule) => /_SOURCE == "(\w+)"/.exec(rule.if)?.[1]);
  assert.deepEqual(sources, ["schedule", "web", "trigger"]);
  assert.deepEqual(
    [job.resource_group, job.interruptible, job.retry],
    ["rotate-keys-production", false, { max: 1, exit_codes: [1, 4] }],
  );
  assert.match(job.image.name, /@sha256:[0-9a-f]{64}$/);
  assert.equal(job.variables.YC_OIDC_TOKEN_VARIABLE, Object.keys(job.id_tokens)[0]);
  assert.doesNotMatch([...job.script, ...job.after_script].join("\n"), /ROTATE_NOW/);
});

test("the Stack of the operator is updated every hour, and its keys outlive it", async () => {
  const documents = parseAllDocuments(await text("kubernetes/rotate-keys.stack.yaml")).map((document) =>
    document.toJS(),
  );
  const { apiVersion, spec } = documents.find(({ kind }) => kind === "Stack");
  assert.equal(apiVersion, "pulumi.com/v1");
  assert.deepEqual(
    [spec.continueResyncOnCommitMatch, spec.resyncFrequencySeconds, spec.refresh, spec.destroyOnFinalize],
    [true, 3600, true, false],
  );
  const { containers, volumes } = spec.workspaceTemplate.spec.podTemplate.spec;
  const [{ mountPath, name }] = containers[0].volumeMounts;
  assert.equal(name, volumes[0].name);
  const [{ serviceAccountToken }] = volumes[0].projected.sources;
  assert.equal(spec.envRefs.YC_OIDC_TOKEN_FILE.literal.value, `${mountPath}/${serviceAccountToken.path}`);
  assert.equal(spec.envRefs.PULUMI_CONFIG_PASSPHRASE, undefined);
});

describe("the units of systemd", () => {
  const { stdout } = spawnSync("systemd-analyze", ["--version"], { encoding: "utf8" });
  const version = Number(/systemd (\d+)/.exec(stdout ?? "")?.[1]);
  const skip = version >= 250 ? false : "there is no systemd-analyze of systemd 250 or later on the PATH";

  test("pass systemd-analyze verify", { skip }, () =>
    check("systemd-analyze", "verify", ready(SERVICE), ready(TIMER)),
  );

  test("keep a run confined", { skip }, () =>
    check("systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", ready(SERVICE)),
  );

  test("repeat what may be repeated, and run what was missed", async () => {
    const [service, timer] = [await text(SERVICE), await text(TIMER)];
    assert.match(service, /^Restart=on-failure$/m);
    assert.match(service, /^RestartPreventExitStatus=3$/m);
    assert.match(timer, /^OnCalendar=hourly$/m);
    assert.match(timer, /^Persistent=true$/m);
  });
});
