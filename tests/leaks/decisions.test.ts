import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Refusal } from "../../cli/http/refusal.ts";
import { leakWebhookCommand } from "../../cli/leakWebhook/command.ts";
import { leaksIn } from "../../cli/leakWebhook/leakEvent.ts";
import { type GivenOptions, readOptions } from "../../cli/leakWebhook/options.ts";
import { isOfLeak, orderFor } from "../../cli/leakWebhook/order.ts";
import { isOrdered, parseRotateNow } from "../../provider/rotation/emergency.ts";
import { parsed } from "../support/parsed.ts";

const FIELDS = [
  "keyId",
  "type",
  "data",
  "token",
  "event_type",
  "eventType",
  "details",
  "yandex_cloud_iam_key",
  "yandexCloudIamApiKey",
  "key_id",
  "__proto__",
  "length",
];
const TEXTS = ["yandex.cloud.audit.iam.DetectLeakedCredential", "ajekey", ""];

test("whatever is sent, it is the ids and texts of leaks or a refusal", () => {
  const { event } = fc.letrec((tie) => ({
    event: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue(),
      fc.constantFrom(...TEXTS),
      fc.array(tie("event"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...FIELDS), tie("event"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(event, (json) => {
      try {
        for (const leak of leaksIn(json)) {
          const [text] = Object.values(leak);
          assert.equal(typeof text, "string");
          assert.notEqual(text, "");
        }
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error));
        assert.equal(error.status, 400);
      }
    }),
    { numRuns: 2000 },
  );
});

describe("an order for a key", () => {
  test("means its resource alone, or there is none", () => {
    const name = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."ab-_:/.*, @") }));
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{1,40}$/), name, name, (id, resource, other) => {
        const order = orderFor({ id }, resource, []);
        if (order === undefined) return;
        const read = parseRotateNow(order) ?? assert.fail(`${order} is no order`);
        assert.equal(read.token, `leak-${id}`);
        assert.ok(isOrdered(read, resource));
        assert.equal(isOrdered(read, other), other === resource);
      }),
      { numRuns: 1000 },
    );
    assert.equal(orderFor({ id: "aje1" }, "uploads", ["incident-1"]), "leak-aje1:uploads");
  });

  test("is another one than any that was carried out, and is known again", () => {
    const done = ["incident-1"];
    for (let times = 0; times < 4; times += 1) {
      const { token } = parseRotateNow(orderFor({ id: "aje1" }, "uploads", done) ?? "") ?? assert.fail();
      assert.ok(!done.includes(token), token);
      done.push(token);
      assert.ok(isOfLeak(token, "aje1"));
      assert.ok(!isOfLeak(token, "aje12") && !isOfLeak(token, "aje"));
    }
  });
});

describe("the command line", () => {
  const SECRET = `whsec_${Buffer.from("x".repeat(32)).toString("base64")}`;
  const read = (args: readonly string[], command: readonly string[], secret = SECRET) =>
    readOptions(parsed(leakWebhookCommand, args) as GivenOptions, command, { IAM_KEYS_LEAKS_SECRET: secret });

  test("is refused with what is missing or wrong", () => {
    const good = ["--stack=dev", "--plain-http"];
    for (const [args, command, secret, reason] of [
      [["--plain-http"], ["true"], SECRET, /--stack or --all-stacks is required/],
      [good, [], SECRET, /The command that places an order is missing: give it behind --/],
      [good, ["true"], "", /IAM_KEYS_LEAKS_SECRET is required.*openssl rand/],
      [good, ["true"], "secret", /IAM_KEYS_LEAKS_SECRET must be "whsec_" and 24 to 64 bytes/],
      [good, ["true"], `${SECRET} whsec_AAAA`, /IAM_KEYS_LEAKS_SECRET must be "whsec_"/],
      [["--stack=dev"], ["true"], SECRET, /--tls-cert \(IAM_KEYS_LEAKS_TLS_CERT\) is required/],
      [[...good, "--port=x"], ["true"], SECRET, /--port \(IAM_KEYS_LEAKS_PORT\) must be a number/],
      [[...good, "--all-stacks"], ["true"], SECRET, /cannot be used with/],
    ] as const)
      assert.throws(() => read(args, command, secret), reason);
  });

  test("has the documented defaults", () => {
    const { signingKeys, ...options } = read(["-s", "a", "-s", "b", "--plain-http"], ["npx", "x"]);
    assert.deepEqual(options, {
      stacks: ["a", "b"],
      cwd: ".",
      command: ["npx", "x"],
      host: "127.0.0.1",
      port: 8080,
      readTls: undefined,
    });
    assert.equal(signingKeys.length, 1);
  });
});
