import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { OAUTH_TOKEN, startCallerWorld } from "./callerWorld.ts";

describe("the profile of the yc CLI", { concurrency: true }, () => {
  test("what `yc config set service-account-key` wrote is read, its PEM as a block of lines", async () => {
    await using world = await startCallerWorld();
    const { private_key, ...rest } = await world.keyFile();
    const lines = private_key.trimEnd().split("\n");
    const fields = Object.entries(rest).filter(([name]) => name !== "public_key");
    await world.writeProfiles(
      [
        "current: sa-profile",
        "profiles:",
        "  sa-profile:",
        "    service-account-key:",
        ...fields.map(([name, value]) => `      ${name}: ${JSON.stringify(value)}`),
        "      private_key: |",
        ...lines.map((line) => `        ${line}`),
        "    cloud-id: b1gexample",
        "    folder-id: b1gexample2",
        "    endpoint: api.cloud.yandex.net:443",
        "",
      ].join("\n"),
    );
    const { api } = world.caller({});
    await api.caller.token();
    assert.deepEqual(world.operations(), ["IamToken.create"]);
    assert.deepEqual(world.tokenOwners(), [world.iam.serviceAccountId]);
    assert.equal(api.caller.needsKey(String(rest.id)), true);
  });

  test("a profile's token may be an OAuth token or an IAM token, and a VM's account stands for itself", async () => {
    await using world = await startCallerWorld();
    await world.writeProfiles({
      profiles: {
        default: { token: OAUTH_TOKEN },
        iam: { token: "t1.ready" },
        vm: { "instance-service-account": true },
      },
    });
    await world.caller({}).api.caller.token();
    assert.deepEqual(world.operations(), ["IamToken.create"]);
    const iam = world.caller({ environment: { YC_PROFILE: "iam" } });
    assert.equal(await iam.api.caller.token(), "t1.ready");
    assert.deepEqual(world.operations(), ["IamToken.create"]);
    await world.caller({ config: { "yandex:profile": "vm" } }).api.caller.token();
    assert.deepEqual(world.operations(), ["IamToken.create", "metadata:Token"]);
  });

  test("a current profile without credentials of its own, or no file at all, is no way in", async () => {
    await using world = await startCallerWorld();
    assert.throws(() => world.caller({}), /\[NO_CREDENTIALS\]/);
    assert.throws(() => world.caller({ environment: { HOME: "" } }), /\[NO_CREDENTIALS\]/);
    for (const config of [
      { current: "default", profiles: { default: { "federation-id": "bpfexample" } } },
      { current: "gone", profiles: { default: { token: OAUTH_TOKEN } } },
      { current: "default", profiles: { default: null } },
      {},
    ]) {
      await world.writeProfiles(config);
      assert.throws(() => world.caller({}), /\[NO_CREDENTIALS\]/);
    }
    assert.deepEqual(world.operations(), []);
  });

  const refused: Readonly<Record<string, readonly [config: unknown, message: RegExp]>> = {
    "a name that is not in the file": [
      { profiles: { default: { token: OAUTH_TOKEN } } },
      /^stack config yandex:profile names the profile "ops" of the yc CLI, which is not in .*config\.yaml\. \[INVALID_CONFIG\] `yc config profile list` shows which there are\.$/,
    ],
    "a person who logs in with a browser": [
      { profiles: { ops: { "federation-id": "bpfexample" } } },
      /^The profile "ops" in .* has neither a token nor a service-account-key\. .*`yc iam create-token` prints\.$/,
    ],
    "two credentials": [
      { profiles: { ops: { token: OAUTH_TOKEN, "instance-service-account": true } } },
      /^The profile "ops" in .* has more than one of token, service-account-key and instance-service-account\./,
    ],
    "half a key": [
      { profiles: { ops: { "service-account-key": { id: "ajeexample" } } } },
      /^The key file of profile "ops" in .* lacks service_account_id, private_key/,
    ],
    "a form that is not the CLI's": [
      { profiles: ["ops"] },
      /^The yc CLI's .* is not in the form that the CLI writes: profiles\./,
    ],
    "a text that is not YAML": [
      `profiles:\n  ops:\n    token: [${OAUTH_TOKEN}\n`,
      /^The yc CLI's .*config\.yaml is not YAML as the CLI writes it\. \[INVALID_CONFIG\]$/,
    ],
    "a file that is larger than any": [
      `profiles:\n${"  # a line\n".repeat(100_000)}`,
      /^The yc CLI's .*config\.yaml has more than 1024 KiB\. \[INVALID_CONFIG\]$/,
    ],
    "a text that is nested deeper than a parser can follow": [
      `profiles: ${"[".repeat(30_000)}${"]".repeat(30_000)}`,
      /is not YAML as the CLI writes it/,
    ],
    "a text of aliases, which would be a large one": [
      `profiles:\n  a: &a {token: x}\n  ops: *a\n`,
      /is not YAML as the CLI writes it/,
    ],
  };
  for (const [name, [config, message]] of Object.entries(refused)) {
    test(`${name} is refused before any request`, async () => {
      await using world = await startCallerWorld();
      await world.writeProfiles(config);
      assert.throws(
        () => world.caller({ config: { "yandex:profile": "ops" } }),
        (error: Error) => {
          assert.match(error.message, message);
          assert.ok(!error.message.includes(OAUTH_TOKEN));
          return true;
        },
      );
      assert.deepEqual(world.operations(), []);
    });
  }

  test("no file, and a file that cannot be read, are refused where a profile is named", async () => {
    await using world = await startCallerWorld();
    const named = { config: { "yandex:profile": "ops" } };
    assert.throws(() => world.caller(named), /of the yc CLI, which has no config file here\./);
    await mkdir(path.join(world.folder, ".config/yandex-cloud/config.yaml"), { recursive: true });
    assert.throws(() => world.caller(named), /^IamKeysError: The yc CLI's .* cannot be read \(EISDIR\)\./);
  });

  test("the credentials of another cloud are not shown to the public one", async () => {
    await using world = await startCallerWorld();
    await world.writeProfiles({ profiles: { default: { token: "t1.a", endpoint: "api.example.net:443" } } });
    assert.throws(
      () => world.caller({ environment: { YC_ENDPOINT: "" } }),
      /^IamKeysError: The profile "default" in .* is for another cloud \(api\.example\.net:443\)\./,
    );
    assert.equal(await world.caller({}).api.caller.token(), "t1.a", "the endpoint is that cloud's");
  });
});
