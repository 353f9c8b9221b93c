import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import type { LocalIam } from "../../local/iam/index.ts";
import { WrittenProject } from "./writtenProject.ts";

const ofAccount = ({ serviceAccountId }: LocalIam) => serviceAccountId;
const ofUser = ({ userName }: LocalIam) => userName;

// The static key goes through three months in tests/pipeline/schedule.test.ts, and the action rotates one.
describe("a project that init wrote runs, and a schedule finds nothing due in it", () => {
  for (const [kind, pipeline, ownerOf] of [
    ["aws:RotatingAccessKey", "systemd", ofUser],
    ["yandex:RotatingApiKey", "systemd", ofAccount],
    ["yandex:RotatingServiceAccountKey", "gitlab", ofAccount],
    ["yandex:RotatingOAuthClientSecret", "operator", ofAccount],
  ] as const)
    test(`${kind} for ${pipeline}`, async (t) => {
      const args = (iam: LocalIam) => ["--kind", kind, "--account", ownerOf(iam), "--pipeline", pipeline];
      const project = await WrittenProject.create(t, args);
      const { iam, stack } = project;
      const hasFile = pipeline === "systemd";
      const hasOwnKey = hasFile && kind.startsWith("yandex:");
      if (hasOwnKey) {
        const first = await iam.serviceAccountKeyFile(iam.addServiceAccount("key-rotation"));
        await stack.write("run.key.json", JSON.stringify(first));
      }
      const before = iam.keys().map(({ id }) => id);
      await stack.expect("stack", "init", "production");
      await stack.up();
      const made = iam.keys().filter(({ id, kind: of }) => !before.includes(id) && of !== "yandex:IamToken");
      const wanted = [kind.replace("Rotating", ""), ...(hasOwnKey ? ["yandex:ServiceAccountKey"] : [])];
      assert.deepEqual(made.map((key) => key.kind).toSorted(), wanted.toSorted());
      assert.equal(made.find((key) => key.kind === wanted[0])?.owner, ownerOf(iam));
      const { code, stdout, stderr } = await project.rotate("production");
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /^nothing due: /m);
      const file = await readFile(path.join(stack.folder, "uploads.credentials"), "utf8").catch(() => "");
      assert.equal(
        iam.secrets().some((secret) => file.includes(secret)),
        hasFile,
      );
    });
});
