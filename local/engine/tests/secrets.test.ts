import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { passphrase, TestStack } from "./support/stack.ts";

describe("secrets", { concurrency: 2 }, () => {
  it("are encrypted in the state and shown nowhere", async (t) => {
    const stack = await TestStack.create(t);
    await stack.expect("config", "set", "--secret", "key", "config-hush");
    const program = (v: string) => ({
      resources: [
        {
          name: "a",
          props: { v, pw: { $secret: `hush-${v}` }, key: { $config: "key" } },
          opts: { additionalSecretOutputs: ["token"] },
        },
        { name: "b", props: { v: "1", up: { $ref: "a.token" } } },
      ],
      outputs: { token: { $ref: "a.token" }, pw: { $ref: "a.pw" } },
    });
    await stack.program(program("1"));
    const shown = [await stack.expect("up", "--yes", "--diff")];
    await stack.program(program("2"));
    shown.push(await stack.expect("preview", "--diff"), await stack.expect("preview", "--json"));
    shown.push(
      await stack.expect("up", "--yes", "--diff", "--debug"),
      await stack.expect("stack", "output", "--json"),
    );
    shown.push(await stack.expect("config"), await stack.expect("stack", "export"));
    const hidden = /hush|token-of-a/;
    for (const { stdout, stderr } of shown) assert.doesNotMatch(stdout + stderr, hidden);
    assert.doesNotMatch(await stack.stateText(), hidden);
    assert.doesNotMatch(await readFile(join(stack.folder, "Pulumi.dev.yaml"), "utf8"), hidden);
    assert.match(shown[1]?.stdout ?? "", /pw: \[secret\] => \[secret\]/);
    // The provider itself needs them in the clear.
    assert.ok((await stack.calls()).some((call) => JSON.stringify(call).includes("hush-2")));
    const revealed = await stack.expect("stack", "output", "--json", "--show-secrets");
    assert.deepEqual(JSON.parse(revealed.stdout), { pw: "hush-2", token: "token-of-a" });
  });

  it("are masked in what programs and providers print", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({
      resources: [{ name: "a", props: { v: "1", pw: { $secret: "line-one\nline-two" } } }],
      print: "program prints line-two",
    });
    await stack.world({ complain: "provider prints line-one" });
    const { stdout } = await stack.up();
    assert.match(stdout, /provider prints \[secret\]/);
    assert.match(stdout, /program prints \[secret\]/);
    assert.doesNotMatch(stdout, /line-one|line-two/);
  });

  it("in an object that is a secret as a whole are masked, and the names in it are not", async (t) => {
    const stack = await TestStack.create(t);
    const secret = "a-secret-of-the-length-that-credentials-have";
    await stack.program({
      resources: [{ name: "a", props: { v: "1", pw: { $secret: { id: "key-of-one", secret } } } }],
      print: `program prints key-of-one ${secret}`,
    });
    assert.match((await stack.up()).stdout, /program prints key-of-one \[secret\]/);
  });

  it("keep their ciphertext while they do not change", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "1", pw: { $secret: "hush" } } }] });
    await stack.up();
    const before = (await stack.resource("a")).outputs?.pw;
    await stack.up();
    assert.deepEqual((await stack.resource("a")).outputs?.pw, before);
  });

  it("need the right passphrase", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [] });
    const wrong = await stack.run(["up", "--yes"], { PULUMI_CONFIG_PASSPHRASE: "another" });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /error: .*incorrect passphrase/);
    const { PULUMI_CONFIG_PASSPHRASE: _, ...without } = stack.env;
    Object.assign(stack.env, { PULUMI_CONFIG_PASSPHRASE: undefined });
    const missing = await stack.run(["up", "--yes"]);
    assert.match(missing.stderr, /passphrase must be set with PULUMI_CONFIG_PASSPHRASE/);
    await stack.write("passphrase.txt", `${passphrase}\n`);
    const file = await stack.run(["up", "--yes"], {
      ...without,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(stack.folder, "passphrase.txt"),
    });
    assert.equal(file.code, 0, file.stderr);
  });

  it("survive an export and an import", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "1", pw: { $secret: "hush" } } }] });
    await stack.up();
    await stack.expect("stack", "export", "--show-secrets", "--file", "open.json");
    assert.match(await readFile(join(stack.folder, "open.json"), "utf8"), /hush/);
    await stack.expect("stack", "import", "--file", "open.json");
    assert.doesNotMatch(await stack.stateText(), /hush/);
    assert.match((await stack.expect("preview", "--expect-no-changes")).stdout, /2 unchanged/);
  });
});
