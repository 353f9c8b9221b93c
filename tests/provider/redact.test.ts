import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { keepSecret, redact } from "../../provider/redact.ts";

const base64url = (min: number, max: number) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes).toString("base64url"));

const words = fc.string({ unit: fc.constantFrom(..."abc XYZ.,:;\n\"'") });

test("a kept secret never comes through, wherever it stands", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, maxLength: 60 }), words, words, (secret, before, after) => {
      keepSecret(secret);
      assert.ok(!redact(`${before}${secret}${after}${secret}`).includes(secret));
    }),
  );
});

test("what looks like an IAM token, a JWT or a bearer header never comes through", () => {
  const token = base64url(12, 96).map((text) => `t1.${text}`);
  const jwt = fc
    .tuple(base64url(12, 60), base64url(12, 60), base64url(12, 60))
    .map((parts) => `eyJ${parts.join(".")}`);
  const bearer = base64url(12, 60).map((text) => ({ shown: `Bearer ${text}`, secret: text }));
  fc.assert(
    fc.property(token, jwt, bearer, words, (iamToken, json, { shown, secret }, text) => {
      const safe = redact(`${text} ${iamToken} ${text} ${json} ${text} ${shown} ${text}`);
      for (const each of [iamToken, json, secret]) assert.ok(!safe.includes(each), each);
    }),
  );
});

test("a private key never comes through: whole, cut off, in JSON, of any kind", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  for (const type of ["pkcs8", "pkcs1"] as const) {
    const pem = String(privateKey.export({ type, format: "pem" }));
    const line = pem.split("\n")[3] ?? "";
    for (const text of [pem, pem.slice(0, 600), JSON.stringify({ private_key: pem }), `${pem}${pem}`]) {
      assert.ok(!redact(`before ${text} after`).includes(line));
    }
    assert.equal(redact(`before\n${pem.trim()}\nafter`), "before\n[secret]\nafter");
  }
});

test("text without credentials stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."äöü 0123456789-") }), (text) => {
      assert.equal(redact(text), text);
    }),
  );
  for (const text of [
    "Key.create was refused: Permission denied [PERMISSION_DENIED, HTTP 403]",
    'It must hold an unencrypted "-----BEGIN PRIVATE KEY-----" block.',
    "the folder t1.micro of aje00000000000000000",
    `request ${randomBytes(16).toString("hex")}`,
  ]) {
    assert.equal(redact(text), text);
  }
});

test("a value that is too short to be a secret blanks out no words", () => {
  keepSecret("key");
  assert.equal(redact("the key of a key"), "the key of a key");
});
