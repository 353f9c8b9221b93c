import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, type TestContext, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { credentialFileProvider as provider } from "../../examples/pipeline/consumers/credentialFileProvider.ts";
import { githubActionsSecret } from "../../examples/pipeline/consumers/githubActionsSecret.ts";
import { kubernetesSecret } from "../../examples/pipeline/consumers/kubernetesSecret.ts";
import { lockboxUploads } from "../../examples/pipeline/consumers/lockboxEntry.ts";

async function fileIn(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-consumer-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, "below/credentials");
}

describe("a file of credentials", () => {
  test("is written as a whole, for its owner alone, and keeps the content out of the outputs", async (t) => {
    const file = await fileIn(t);
    const { id, outs } = await provider.create({ path: file, content: "first" });
    assert.equal(id, file);
    assert.doesNotMatch(JSON.stringify(outs), /first/);
    const { ino } = await stat(file);
    await provider.update?.(id, outs as never, { path: file, content: "second" });
    assert.equal(await readFile(file, "utf8"), "second");
    const written = await stat(file);
    assert.equal(written.mode & 0o777, 0o600);
    assert.notEqual(written.ino, ino, "another file has taken its name");
    assert.deepEqual(await readdir(path.dirname(file)), ["credentials"]);
  });

  test("is seen to be gone, changed or open to others, and then differs", async (t) => {
    const file = await fileIn(t);
    const inputs = { path: file, content: "it" };
    const { id, outs } = await provider.create(inputs);
    const differs = async () => {
      const { props } = (await provider.read?.(id, outs as never)) ?? assert.fail();
      return (await provider.diff?.(id, props as never, inputs))?.changes;
    };
    assert.equal(await differs(), false);
    await chmod(file, 0o640);
    assert.equal(await differs(), true);
    await chmod(file, 0o600);
    await writeFile(file, "something else");
    assert.equal(await differs(), true);
    await rm(file);
    assert.equal(await differs(), true);
  });

  test("at another path is another file; one with the content of somebody else is not deleted", async (t) => {
    const file = await fileIn(t);
    const { id, outs } = await provider.create({ path: file, content: "it" });
    const moved = await provider.diff?.(id, outs as never, { path: `${file}.new`, content: "it" });
    assert.deepEqual(moved?.replaces, ["path"]);
    await writeFile(file, "somebody else's");
    await provider.delete?.(id, outs as never);
    assert.equal(await readFile(file, "utf8"), "somebody else's");
    await writeFile(file, "it");
    await provider.delete?.(id, outs as never);
    await assert.rejects(stat(file));
  });

  test("that cannot be written leaves nothing behind", async (t) => {
    const file = await fileIn(t);
    await assert.rejects(async () =>
      provider.create({ path: path.dirname(file), content: undefined as never }),
    );
    assert.deepEqual(await readdir(path.dirname(path.dirname(file))), []);
  });
});

/** Takes what a class of another provider would be given. */
class Taken {
  readonly name: string;
  readonly args: unknown;
  constructor(name: string, args: unknown) {
    this.name = name;
    this.args = args;
  }
}

const key = {
  accessKeyId: pulumi.output("the id"),
  secretAccessKey: pulumi.secret("the secret"),
};

test("a Kubernetes Secret and a secret of GitHub Actions are given the current key, as a secret", async () => {
  const inCluster = kubernetesSecret(Taken, "uploads-credentials", "production", key);
  assert.deepEqual(inCluster.args, {
    metadata: { name: "uploads-credentials", namespace: "production" },
    stringData: { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey },
  });
  const { args } = githubActionsSecret(Taken, "ci-uploads", "my-repository", key);
  const { plaintextValue, ...rest } = args as { plaintextValue: pulumi.Output<string> };
  assert.deepEqual(rest, { repository: "my-repository", secretName: "CI_UPLOADS_CREDENTIALS" });
  assert.equal(await pulumi.isSecret(plaintextValue), true);
  const text = await new Promise<string>((resolve) => plaintextValue.apply(resolve));
  assert.match(text, /aws_access_key_id = the id\naws_secret_access_key = the secret\n/);
});

test("in Lockbox the secret goes to an entry, and is no output", async (t) => {
  const asked: pulumi.runtime.MockResourceArgs[] = [];
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      asked.push(args);
      return { id: args.name, state: { ...args.inputs, current: { createdAt: "2026-01-01T00:00:00Z" } } };
    },
    call: () => ({}),
  });
  t.after(() => pulumi.runtime.disconnect());
  const policy = { rotate: { every: "30d" }, overlap: "7d" };
  const uploads = lockboxUploads("aje1", "e6q1", policy);
  await new Promise((resolve) => uploads.urn.apply(resolve));
  assert.equal(Reflect.get(uploads, "secretAccessKey"), undefined);
  assert.deepEqual(asked[0]?.inputs.outputToLockbox, {
    secretId: "e6q1",
    entryForAccessKeyId: "access-key-id",
    entryForSecretAccessKey: "secret-access-key",
  });
  assert.deepEqual(asked[0]?.inputs.rotate, policy.rotate);
});
