import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { awsSecretAccessKey, staticAccessKeySecret } from "../../local/iam/identifiers.ts";
import { keepSecret, keepSecretsIn, redact } from "../../provider/redact.ts";

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

/** The ways in which a server, a proxy or a log may spell what it was sent. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "JSON with escaped slashes": (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  "JSON that is safe in HTML": (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(/[<>&=+/]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  "a part of a URL": encodeURIComponent,
  "a part of a URL, in small letters": (text) =>
    encodeURIComponent(text).replaceAll(/%../g, (hex) => hex.toLowerCase()),
  "a form": (text) => String(new URLSearchParams({ "": text })).slice(1),
  XML: (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("+", "&#43;"),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "base64 in a URL": (text) => encodeURIComponent(Buffer.from(text).toString("base64")),
  "base64 of JSON": (text) => Buffer.from(JSON.stringify({ textValue: text })).toString("base64"),
  "base64 of something longer by one": (text) => Buffer.from(`:${text}:`).toString("base64"),
  "one line": (text) => text.replaceAll("\n", " "),
};

const alphabet = fc.constantFrom(
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-<>& ",
);
const secretTexts = fc.string({ unit: alphabet, minLength: 20, maxLength: 60 });

for (const [name, spelled] of Object.entries(SPELLINGS)) {
  test(`a kept secret never comes through as ${name}`, () => {
    fc.assert(
      fc.property(secretTexts, words, words, (secret, before, after) => {
        keepSecret(secret);
        const said = redact(`${before}${spelled(secret)}${after}`);
        // Of base64 the ends hang together with what is around them.
        const most = name.startsWith("base64 of")
          ? spelled(secret).slice(24, -8)
          : spelled(secret).slice(4, -4);
        for (const part of [most.slice(0, 12), most.slice(-12)])
          if (/\w{12}/.test(part)) assert.ok(!said.includes(part));
      }),
    );
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = `PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <aje>\n${privateKey.export({ type: "pkcs8", format: "pem" })}`;
    keepSecret(pem);
    const said = redact(`It said: ${spelled(pem)}`);
    const line = pem.split("\n")[2] ?? "";
    for (const part of [line.slice(0, 24), Buffer.from(line).toString("base64").slice(4, 28)])
      assert.ok(!said.includes(part), said);
  });
}

test("what has the official form of a secret never comes through, though nobody knows it", () => {
  const random = (length: number) => randomBytes(200).toString("base64url").slice(0, length);
  const session = `IQoJ${randomBytes(200).toString("base64")}`;
  for (let round = 0; round < 200; round++) {
    const secrets = [
      staticAccessKeySecret(),
      `AQVN${random(36)}`,
      `AQW9${random(36)}`,
      `y0_${random(55)}`,
      `y6_${random(199)}`,
      `yccs__${randomBytes(32).toString("hex")}_${randomBytes(4).toString("hex")}`,
      `c1.${random(60)}==.${random(86)}==`,
      `rt1.${random(60)}.${random(86)}`,
      `t1.${random(60)}==.${random(86)}==`,
      awsSecretAccessKey().replace(/^.../, "aB3"),
      session,
    ];
    for (const secret of secrets) assert.equal(redact(`It is "${secret}".`), 'It is "[secret]".');
  }
});

test("ids, digests and paths, which look a little like secrets, stay as they are", () => {
  for (const text of [
    "key AKIAIOSFODNN7EXAMPLE of the user uploader",
    "key YCAJExxxxxxxxxxxxxxxxxxxx (made 2026-01-01T00:00:00Z)",
    `commit ${"0a1b2c3d4e".repeat(4)}`,
    "project/stack/name of arn:aws:iam::123456789012:user/teams/uploads/Uploader1",
    `at file:///srv/Programs/${"folder/".repeat(8)}index.ts:12:7`,
    "The request has no bearer token in its header Authorization.",
    "The token is a Bearer token of the caller.",
  ])
    assert.equal(redact(text), text);
});

test("the secrets in a reply are kept, and its ids are not", () => {
  const [secret, id] = [
    `not-of-any-form-${randomBytes(9).toString("hex")}`,
    `aje${randomBytes(9).toString("hex")}`,
  ];
  keepSecretsIn({ accessKey: { id, keyId: id }, more: [{ privateKey: secret }] });
  assert.equal(redact(`${id} ${secret}`), `${id} [secret]`);
});

test("of thousands of keys that begin and end alike, the one that is in a text is found", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));
  const lines = pem.split("\n");
  const keys = Array.from({ length: 3_000 }, () =>
    lines
      .map((line, index) => (index > 1 && index < 27 ? randomBytes(48).toString("base64") : line))
      .join("\n"),
  );
  for (const key of keys) keepSecret(key);
  const key = keys[1_500] ?? "";
  for (const said of [key, encodeURIComponent(key), Buffer.from(key).toString("base64")])
    assert.ok(!redact(said.repeat(3)).includes(said.slice(900, 912)));
});

test("a process that makes keys without end does not remember all of them, but the last ones", () => {
  const made = Array.from({ length: 6_000 }, (_, index) => `made-one-after-another-${index}-`);
  for (const secret of made) keepSecret(secret);
  assert.equal(redact(String(made.at(-1))), "[secret]");
  assert.equal(redact(String(made[0])), made[0]);
});
