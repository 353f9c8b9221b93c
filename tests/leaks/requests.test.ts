import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { LeakWorld, SECRET } from "./support/leakWorld.ts";

const OTHER = `whsec_${Buffer.from("a secret of somebody else is this").toString("base64")}`;

/** As Audit Trails writes it into logs. */
const yandexEvent = (details: object) => ({
  event_id: "ajeevent",
  event_source: "iam",
  event_type: "yandex.cloud.audit.iam.DetectLeakedCredential",
  event_time: "2026-11-29T00:00:00Z",
  event_status: "DONE",
  details: { url: "https://github.com/acme/website/blob/main/.env", ...details },
});

test("a webhook over a stack", async (t) => {
  const world = await LeakWorld.create(t);
  await world.serve(["--stack=dev"], [process.execPath, "recorder.cjs", "an argument"], {
    IAM_KEYS_LEAKS_SECRET: `${OTHER} ${SECRET}`,
  });
  const uploads = (await world.keysOf("uploads")).current ?? assert.fail("no key");
  const deployer = (await world.keysOf("deployer")).current ?? assert.fail("no key");
  const mailer = (await world.keysOf("mailer")).current ?? assert.fail("no key");
  const plain = await world.keysOf("plain");
  /** The orders since the last time. */
  let seen = 0;
  const ordered = async () => {
    const all = await world.orders();
    const since = all.slice(seen).map(({ order }) => order);
    seen = all.length;
    return since;
  };

  await t.test("refuses what is not signed by the secret, now, and does nothing for it", async () => {
    const event = { keyId: uploads.id };
    const missing = { "webhook-id": "", "webhook-signature": "" };
    const past = new Date(Date.now() - 6 * 60_000);
    const future = new Date(Date.now() + 6 * 60_000);
    for (const [delivery, reason] of [
      [{ secret: `whsec_${Buffer.from("x".repeat(32)).toString("base64")}` }, /No matching signature/],
      [{ headers: missing }, /Missing required headers/],
      [{ headers: { "webhook-id": "msg_of_another" } }, /No matching signature/],
      [{ headers: { "webhook-timestamp": "now" } }, /Invalid Signature Headers/],
      [{ headers: { "webhook-signature": `v0,${"A".repeat(43)}=` } }, /No matching signature/],
      [{ at: past }, /too old/],
      [{ at: future }, /too new/],
    ] as const) {
      const { status, body } = await world.send(event, delivery);
      assert.equal(status, 401);
      assert.match(body.error, reason);
    }
    assert.deepEqual(await ordered(), []);
  });

  await t.test("refuses what is no event about a leaked key", async () => {
    for (const [event, expected, reason] of [
      ["{", 400, /must be JSON/],
      [[], 400, /The body must be \{"keyId"/],
      [{ event_type: "yandex.cloud.audit.iam.CreateAccessKey", details: {} }, 400, /The body must be/],
      [{ keyId: "" }, 400, /keyId must be the id of a key/],
      [{ keyId: uploads.secretAccessKey }, 400, /never the key itself/],
      [
        yandexEvent({ yandex_cloud_iam_key: { key_id: 7 } }),
        400,
        /^details\.yandexCloudIamKey\.keyId must be/,
      ],
      [{ keyId: "a", more: "x".repeat(300_000) }, 413, /at most 262144 bytes/],
      [JSON.parse(`${"[".repeat(50)}${"]".repeat(50)}`), 400, /at most 16 levels/],
    ] as const) {
      const { status, body } = await world.send(event);
      assert.equal(status, expected);
      assert.match(body.error, reason);
    }
    const get = await fetch(world.address);
    assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST"]);
    assert.equal((await fetch(`${world.address}/more`, { method: "POST" })).status, 404);
    const text = await world.send({ keyId: "a" }, { headers: { "content-type": "text/plain" } });
    assert.equal(text.status, 415);
    assert.equal((await fetch(new URL("/readyz", world.address))).status, 200);
    assert.deepEqual(await ordered(), []);
  });

  await t.test("tells the sender of a key that no stack holds, and orders nothing", async () => {
    for (const event of [
      { keyId: "ajeunknown" },
      [{ token: "YCMsomething-that-is-no-secret-of-the-stack", type: "yandex_key" }],
      yandexEvent({ yandex_cloud_iam_token: { iam_token_part: "t1.9euel", iam_token_hash: "x" } }),
    ]) {
      const { status, body } = await world.send(event);
      assert.deepEqual([status, body], [422, { error: "The event is about no key of these stacks." }]);
    }
    assert.deepEqual(await ordered(), []);
  });

  await t.test("finds the key in each form of an event, whatever the key is called in it", async () => {
    const envelope = { type: "key.leaked", timestamp: new Date().toISOString() };
    const camel = { eventType: "yandex.cloud.audit.iam.DetectLeakedCredential" };
    const pem = deployer.privateKey?.replaceAll("\n", "\\n");
    const cases: [event: unknown, name: string, id: string][] = [
      [{ keyId: uploads.id }, "uploads", uploads.id],
      [{ keyId: uploads.accessKeyId }, "uploads", uploads.id],
      [{ ...envelope, data: { keyId: mailer.id } }, "mailer", mailer.id],
      [yandexEvent({ yandex_cloud_iam_access_key: { key_id: uploads.accessKeyId } }), "uploads", uploads.id],
      [yandexEvent({ yandex_cloud_iam_api_key: { key_id: plain.id } }), "plain", plain.id],
      [{ ...camel, details: { yandexCloudIamKey: { keyId: deployer.id } } }, "deployer", deployer.id],
      [
        { ...envelope, data: yandexEvent({ yandex_cloud_iam_key: { key_id: deployer.id } }) },
        "deployer",
        deployer.id,
      ],
      [[{ token: uploads.secretAccessKey, type: "yandex_cloud_iam_access_secret" }], "uploads", uploads.id],
      [[{ token: `${mailer.id}:${mailer.secretAccessKey}`, type: "aws", url: "" }], "mailer", mailer.id],
      [[{ token: mailer.id, type: "aws_access_key_id", url: "", source: "commit" }], "mailer", mailer.id],
      [[{ token: `{"private_key":"${pem}"}`, type: "key" }], "deployer", deployer.id],
    ];
    for (const [event, resource, keyId] of cases) {
      const { status, body } = await world.send(event);
      const order = `leak-${keyId}:${resource}`;
      assert.equal(status, 200, JSON.stringify(event));
      assert.deepEqual(body, {
        keys: [{ stack: "dev", resource, keyId, was: "current", order, done: "now" }],
        unknown: 0,
      });
      assert.deepEqual(await ordered(), [order]);
    }
    const [first] = await world.orders();
    assert.deepEqual([first?.stack, first?.argv, first?.signing], ["dev", ["an argument"], false]);
  });

  await t.test("takes several keys of one event, and counts those that it does not know", async () => {
    const event = [uploads.secretAccessKey, "something else", mailer.secretAccessKey].map((token) => ({
      token,
      type: "a_secret",
    }));
    const { status, body } = await world.send(event);
    assert.deepEqual([status, body.unknown, body.keys.length], [200, 1, 2]);
    assert.deepEqual(
      (await ordered()).sort(),
      [`leak-${mailer.id}:mailer`, `leak-${uploads.id}:uploads`].sort(),
    );
  });

  await t.test(
    "acts once on a delivery, also where it comes again before the first is answered",
    async () => {
      const twice = () => world.send({ keyId: uploads.id }, { id: "msg_again" });
      const answers = await Promise.all([twice(), twice()]);
      assert.deepEqual(answers[0], answers[1]);
      assert.deepEqual(await twice(), answers[0]);
      assert.equal((await ordered()).length, 1);
    },
  );

  await t.test("runs the command for one key after the other, however the events come", async () => {
    const ids = [uploads.id, mailer.id, plain.id, deployer.id];
    const answers = await Promise.all(ids.map((keyId) => world.send({ keyId })));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.equal((await ordered()).length, 4);
  });

  await t.test("says so where the command fails, and runs it again when the event comes again", async () => {
    await world.stack.write("fails", "");
    const failing = await world.send({ keyId: uploads.id }, { id: "msg_fails" });
    assert.equal(failing.status, 502);
    assert.match(failing.body.error, /The command that places the order for uploads ended with 3\./);
    await rm(path.join(world.stack.folder, "fails"));
    assert.equal((await world.send({ keyId: uploads.id }, { id: "msg_fails" })).status, 200);
    assert.equal((await ordered()).length, 2);
  });

  await t.test("orders nothing by a name that would mean other keys, too", async () => {
    const { id } = await world.keysOf("a*b");
    const { status, body } = await world.send({ keyId: id });
    assert.equal(status, 502);
    assert.match(
      body.error,
      new RegExp(`key ${id} of a\\*b leaked, and no order can name only this resource`),
    );
    assert.deepEqual(await ordered(), []);
  });

  await t.test("prints which key leaked and what became of it, and no secret", async () => {
    assert.ok(
      world.printed.includes(`dev: key ${mailer.id} of mailer leaked: order leak-${mailer.id}:mailer`),
    );
    world.assertHides(world.printed, "what the webhook printed");
  });
});

test("where not all stacks can be read, an event about an unknown key is to be sent again", async (t) => {
  const world = await LeakWorld.create(t);
  await world.serve(["--stack=dev", "--stack=missing"]);
  const { id } = (await world.keysOf("uploads")).current ?? assert.fail("no key");
  const known = await world.send({ keyId: id });
  assert.equal(known.status, 200);
  const unknown = await world.send({ keyId: "ajeunknown" });
  assert.equal(unknown.status, 503);
  assert.match(world.printed, /not all keys were seen: missing: /);
  assert.equal((await world.orders()).length, 1);
});

test("where the state cannot be decrypted, nobody says that no stack holds a key", async (t) => {
  const world = await LeakWorld.create(t);
  await world.serve(["--all-stacks"], undefined, { PULUMI_CONFIG_PASSPHRASE: "not the passphrase" });
  const { status, body } = await world.send({ keyId: "ajeunknown" });
  assert.deepEqual([status, body.error.slice(0, 28)], [503, "Not all keys could be looked"]);
  assert.match(world.printed, /dev: The secrets of the state could not be decrypted/);
});

test("a key that two stacks hold is ordered in both, and one that is to be deleted anyway needs no order", async (t) => {
  const world = await LeakWorld.create(t);
  const { stdout } = await world.stack.expect("stack", "export", "--show-secrets");
  await world.stack.expect("stack", "init", "copy");
  const copy = JSON.parse(stdout.replaceAll("urn:pulumi:dev::", "urn:pulumi:copy::"));
  for (const resource of copy.deployment.resources) {
    if (resource.urn.endsWith("::plain")) resource.delete = true;
    // One of a version to come, which keeps no other from being found.
    if (!resource.urn.endsWith("::deployer")) continue;
    resource.type = resource.type.replace("ServiceAccountKey", "QuantumKey");
    resource.urn = resource.urn.replace("ServiceAccountKey", "QuantumKey");
  }
  await world.stack.write("copy.json", JSON.stringify(copy));
  await world.stack.expect("stack", "import", "--stack", "copy", "--file", "copy.json", "--force");
  await world.stack.expect("stack", "select", "dev");
  await world.serve(["--all-stacks"]);
  const uploads = (await world.keysOf("uploads")).current ?? assert.fail("no key");
  const { id } = await world.keysOf("plain");
  assert.equal((await world.send({ keyId: uploads.id })).status, 200);
  assert.equal((await world.send({ keyId: id })).status, 200);
  const orders = (await world.orders()).map(({ stack, order }) => [stack, order]);
  assert.deepEqual(orders, [
    ["copy", `leak-${uploads.id}:uploads`],
    ["dev", `leak-${uploads.id}:uploads`],
    ["copy", ""],
    ["dev", `leak-${id}:plain`],
  ]);
  assert.match(world.printed, /not all keys were seen: copy: .*QuantumKey/);
});
