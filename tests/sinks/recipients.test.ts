import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  generateKeyPair,
  type JsonWebKey,
  privateDecrypt,
} from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { inspect, promisify } from "node:util";
import * as age from "age-encryption";
import fc from "fast-check";
import * as jose from "jose";
import * as openpgp from "openpgp";
import { IamKeysError } from "../../provider/errors.ts";
import { validateInputs } from "../../provider/lifecycle/validate.ts";
import { type EncryptTo, encryptTo, loadRecipient } from "../../provider/sinks/loadRecipient.ts";
import { UNKNOWN } from "../../provider/unknown.ts";

const run = promisify(execFile);
const generate = promisify(generateKeyPair);

const HOUR = 60 * 60 * 1000;
const userIDs = [{ name: "A Reader", email: "reader@example.com" }];

type PgpOptions = Omit<Parameters<typeof openpgp.generateKey>[0], "userIDs" | "format">;

/** A pair of OpenPGP keys: on Curve25519 and valid unless told. */
const pgpKeys = (options: PgpOptions = {}) => openpgp.generateKey({ userIDs, ...options, format: "object" });

const base64 = (...keys: openpgp.Key[]) =>
  Buffer.concat(keys.map((key) => Buffer.from(key.write()))).toString("base64");

const KEY_TYPES = {
  "RSA-2048": () => generate("rsa", { modulusLength: 2048 }),
  "P-256": () => generate("ec", { namedCurve: "P-256" }),
  "P-384": () => generate("ec", { namedCurve: "P-384" }),
  "P-521": () => generate("ec", { namedCurve: "P-521" }),
  X25519: () => generate("x25519"),
} as const;

async function jwks(type: keyof typeof KEY_TYPES) {
  const { publicKey, privateKey } = await KEY_TYPES[type]();
  return {
    publicJwk: publicKey.export({ format: "jwk" }) as Record<string, unknown>,
    privateJwk: privateKey.export({ format: "jwk" }) as Record<string, unknown>,
  };
}

/** Somebody who can read what is encrypted to them. */
interface Reader {
  readonly to: EncryptTo;
  readonly fingerprint: string;
  decrypt(ciphertext: string): Promise<string>;
}

async function pgpReader(options?: PgpOptions): Promise<Reader> {
  const { publicKey, privateKey } = await pgpKeys(options);
  return {
    to: { pgp: publicKey.armor() },
    fingerprint: publicKey.getFingerprint().toUpperCase(),
    async decrypt(armoredMessage) {
      const message = await openpgp.readMessage({ armoredMessage });
      const { data } = await openpgp.decrypt({ message, decryptionKeys: privateKey, format: "binary" });
      return Buffer.from(data as Uint8Array).toString("utf8");
    },
  };
}

async function jwkReader(
  type: keyof typeof KEY_TYPES,
  members: Record<string, unknown> = {},
): Promise<Reader> {
  const { publicJwk, privateJwk } = await jwks(type);
  return {
    to: { jwk: { ...publicJwk, ...members } },
    fingerprint: await jose.calculateJwkThumbprint(publicJwk as jose.JWK),
    async decrypt(jwe) {
      const key = createPrivateKey({ key: privateJwk as JsonWebKey, format: "jwk" });
      return new TextDecoder().decode((await jose.compactDecrypt(jwe, key)).plaintext);
    },
  };
}

async function ageReader(identity: Promise<string> = age.generateX25519Identity()): Promise<Reader> {
  const recipient = await age.identityToRecipient(await identity);
  return {
    to: { age: recipient },
    fingerprint: recipient,
    async decrypt(armored) {
      const decrypter = new age.Decrypter();
      decrypter.addIdentity(await identity);
      return decrypter.decrypt(age.armor.decode(armored), "text");
    },
  };
}

const READERS: Readonly<Record<string, () => Promise<Reader>>> = {
  "PGP, Curve25519": () => pgpReader(),
  "PGP, RSA": () => pgpReader({ type: "rsa", rsaBits: 2048 }),
  "PGP, of the format of RFC 9580": () => pgpReader({ config: { v6Keys: true } }),
  "JWK, RSA": () => jwkReader("RSA-2048"),
  "JWK, P-256": () => jwkReader("P-256"),
  "JWK, P-384": () => jwkReader("P-384"),
  "JWK, P-521": () => jwkReader("P-521"),
  "JWK, X25519": () => jwkReader("X25519"),
  "age, X25519": () => ageReader(),
  "age, post-quantum": () => ageReader(age.generateHybridIdentity()),
};

/** A private key in the form in which one is encrypted. */
const pem = (async () => {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
})();

describe("what is encrypted comes back", { concurrency: true }, () => {
  for (const [name, makeReader] of Object.entries(READERS)) {
    test(name, async () => {
      const reader = await makeReader();
      const recipient = await loadRecipient(reader.to);
      assert.equal(recipient.fingerprint, reader.fingerprint);
      const fixed = [
        await pem,
        `${await pem}\r\n\n`.replaceAll("\n", "\r\n"),
        "",
        "\n",
        " \t ",
        "ключ 🔑\u0000",
      ];
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
          const ciphertext = await recipient.encrypt(text);
          assert.equal(await reader.decrypt(ciphertext), text);
          assert.ok(text.length < 8 || !ciphertext.includes(text));
        }),
        { numRuns: 10, examples: fixed.map((text) => [text]) },
      );
    });
  }

  test("never twice in the same form", async () => {
    for (const makeReader of [pgpReader, () => jwkReader("P-256"), ageReader]) {
      const recipient = await loadRecipient((await makeReader()).to);
      assert.notEqual(await recipient.encrypt("secret"), await recipient.encrypt("secret"));
    }
  });

  test("whichever way the key is written", async () => {
    const { publicKey, privateKey } = await pgpKeys();
    const { publicJwk } = await jwks("P-256");
    const recipient = await age.identityToRecipient(await age.generateIdentity());
    const wrapped = base64(publicKey).replace(/.{76}/g, "$&\n");
    const same: readonly EncryptTo[][] = [
      [
        { pgp: publicKey.armor() },
        { pgp: `\n  ${publicKey.armor().replaceAll("\n", "\r\n")} ` },
        { pgp: `The key of A Reader:\n\n${publicKey.armor()}` },
        { pgp: base64(publicKey) },
        { pgp: `\n${wrapped}\n` },
        { pgp: privateKey.toPublic().armor() },
      ],
      [{ jwk: publicJwk }, { jwk: `\n${JSON.stringify(publicJwk, undefined, 2)}\n` }],
      [{ age: recipient }, { age: `\n${recipient}\n` }],
    ];
    for (const ways of same) {
      const loaded = await Promise.all(ways.map((to) => loadRecipient(to)));
      assert.equal(new Set(loaded.map(({ fingerprint }) => fingerprint)).size, 1);
    }
  });
});

describe("a JWE", { concurrency: true }, () => {
  const headerOf = async (to: EncryptTo) =>
    jose.decodeProtectedHeader(await (await loadRecipient(to)).encrypt("secret"));

  test("says which key and algorithm it is for", async () => {
    const rsa = await jwkReader("RSA-2048", { kid: "reader-1", use: "enc", key_ops: ["wrapKey"] });
    assert.deepEqual(await headerOf(rsa.to), { alg: "RSA-OAEP-256", enc: "A256GCM", kid: "reader-1" });
    for (const type of ["P-256", "P-384", "P-521", "X25519"] as const) {
      const { epk, ...header } = await headerOf((await jwkReader(type, { key_ops: ["deriveBits"] })).to);
      assert.deepEqual(header, { alg: "ECDH-ES+A256KW", enc: "A256GCM" });
      assert.ok(epk);
    }
  });

  test("uses the algorithm that the JWK is for", async () => {
    const algorithms = {
      "RSA-2048": ["RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"],
      "P-256": ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"],
      X25519: ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"],
    } as const;
    for (const type of ["RSA-2048", "P-256", "X25519"] as const) {
      for (const alg of algorithms[type]) {
        const reader = await jwkReader(type, { alg });
        const jwe = await (await loadRecipient(reader.to)).encrypt("secret");
        assert.equal(jose.decodeProtectedHeader(jwe).alg, alg);
        assert.equal(await reader.decrypt(jwe), "secret");
      }
    }
  });

  test("is read without any library, as RFC 7516 writes it", async () => {
    const { publicJwk, privateJwk } = await jwks("RSA-2048");
    const jwe = await (await loadRecipient({ jwk: publicJwk })).encrypt("ключ 🔑");
    const [header = "", ...parts] = jwe.split(".");
    const [wrapped, iv, ciphertext, tag] = parts.map((part) => Buffer.from(part, "base64url"));
    assert.ok(wrapped && iv && ciphertext && tag && parts.length === 4);
    const contentKey = privateDecrypt(
      {
        key: createPrivateKey({ key: privateJwk as JsonWebKey, format: "jwk" }),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: "sha256",
      },
      wrapped,
    );
    const decipher = createDecipheriv("aes-256-gcm", contentKey, iv);
    decipher.setAAD(Buffer.from(header)).setAuthTag(tag);
    assert.equal(decipher.update(ciphertext, undefined, "utf8") + decipher.final("utf8"), "ключ 🔑");
  });

  test("is for the same recipient, however the numbers of the JWK are padded", async () => {
    const { publicJwk } = await jwks("RSA-2048");
    const padded = Buffer.concat([Buffer.alloc(1), Buffer.from(String(publicJwk.n), "base64url")]);
    const again = await loadRecipient({ jwk: { ...publicJwk, n: padded.toString("base64url") } });
    assert.equal(again.fingerprint, (await loadRecipient({ jwk: publicJwk })).fingerprint);
  });
});

/**
 * The error with which a recipient is refused. It never shows what was given: none of its longer words is in it.
 */
async function refusal(to: EncryptTo, now?: number): Promise<string> {
  const error = await loadRecipient(to, now).then(
    () => assert.fail("accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof IamKeysError, inspect(error));
  assert.equal(error.code, "INVALID_ARGUMENT");
  const shown = inspect(error, { showHidden: true, depth: Infinity });
  const given = Object.values(to).map((key) => (typeof key === "string" ? key : JSON.stringify(key)));
  for (const word of given.join(" ").split(/[\s"]+/))
    assert.ok(word.length < 16 || !shown.includes(word), `${word} is in ${shown}`);
  return error.message;
}

describe("a PGP key is refused", { concurrency: true }, () => {
  test("that is private, in any form", async () => {
    const { publicKey, privateKey } = await pgpKeys();
    const locked = await pgpKeys({ passphrase: "correct horse" });
    const texts = [
      privateKey.armor(),
      base64(privateKey),
      base64(publicKey, privateKey),
      base64(locked.privateKey),
      `${publicKey.armor()}${privateKey.armor()}`,
      await pem,
    ];
    for (const pgp of texts) {
      const message = await refusal({ pgp });
      assert.match(message, /^encryptTo\.pgp is a private key\. .* Give one valid public key/);
    }
  });

  test("that has expired, from that second on", async () => {
    const made = new Date(Math.floor(Date.now() / 1000) * 1000 - 2 * HOUR);
    const { publicKey } = await pgpKeys({ date: made, keyExpirationTime: HOUR / 1000 });
    const end = made.getTime() + HOUR;
    const to = { pgp: publicKey.armor() };
    for (const now of [undefined, end]) {
      const message = await refusal(to, now);
      assert.ok(message.startsWith(`encryptTo.pgp has expired at ${new Date(end).toISOString()}. `), message);
    }
    assert.ok(await loadRecipient(to, end - 1000));
  });

  test("that is not valid yet", async () => {
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + HOUR);
    const to = { pgp: (await pgpKeys({ date })).publicKey.armor() };
    const message = await refusal(to);
    assert.ok(message.startsWith(`encryptTo.pgp is not valid before ${date.toISOString()}. `), message);
    assert.ok(await loadRecipient(to, date.getTime()));
  });

  test("that is revoked", async () => {
    const { publicKey, revocationCertificate } = await pgpKeys();
    const revoked = await openpgp.revokeKey({ key: publicKey, revocationCertificate, format: "object" });
    assert.match(await refusal({ pgp: revoked.publicKey.armor() }), /^encryptTo\.pgp is revoked\. /);
  });

  test("that only signs", async () => {
    const signing = await pgpKeys({ subkeys: [{ sign: true }] });
    const bare = await pgpKeys({ subkeys: [] });
    for (const { publicKey } of [signing, bare])
      assert.match(await refusal({ pgp: publicKey.armor() }), /^encryptTo\.pgp cannot encrypt \(/);
  });

  test("whose subkey for encryption has expired, while another one only signs", async () => {
    const date = new Date(Math.floor(Date.now() / 1000) * 1000 - 3 * HOUR);
    const { publicKey } = await pgpKeys({
      date,
      subkeys: [
        { keyExpirationTime: HOUR / 1000 },
        { keyExpirationTime: (2 * HOUR) / 1000 },
        { keyExpirationTime: (2.5 * HOUR) / 1000, sign: true },
      ],
    });
    const end = new Date(date.getTime() + 2 * HOUR).toISOString();
    const message = await refusal({ pgp: publicKey.armor() });
    assert.ok(
      message.startsWith(`encryptTo.pgp cannot encrypt: its subkey for that has expired at ${end}. `),
      message,
    );
  });

  test("whose subkey for encryption is revoked", async () => {
    const { publicKey, privateKey } = await pgpKeys();
    const [subkey] = publicKey.getSubkeys();
    assert.ok(subkey);
    publicKey.subkeys = [await subkey.revoke(privateKey.keyPacket as openpgp.SecretKeyPacket)];
    assert.match(await refusal({ pgp: publicKey.armor() }), /^encryptTo\.pgp cannot encrypt \(.*revoked/);
  });

  test("that is too short", async () => {
    const weak = await pgpKeys({ type: "rsa", rsaBits: 1024, config: { minRSABits: 1024 } });
    assert.match(
      await refusal({ pgp: weak.publicKey.armor() }),
      /^encryptTo\.pgp cannot encrypt \(.*too weak/,
    );
  });

  test("that is not alone", async () => {
    const keys = (await Promise.all([pgpKeys(), pgpKeys()])).map(({ publicKey }) => publicKey);
    for (const pgp of [base64(...keys), keys.map((key) => key.armor()).join("\n")])
      assert.match(await refusal({ pgp }), /^encryptTo\.pgp holds several keys\. /);
  });

  test("that is none", async () => {
    const { publicKey } = await pgpKeys();
    const message = await openpgp.encrypt({
      message: await openpgp.createMessage({ text: "secret" }),
      encryptionKeys: publicKey,
    });
    const { publicJwk } = await jwks("P-256");
    const armored = publicKey.armor();
    const texts = [
      " ",
      "keybase:reader",
      publicKey.getFingerprint(),
      String(message),
      JSON.stringify(publicJwk),
      armored.slice(0, armored.length / 2),
      base64(publicKey).slice(4),
      Buffer.from(armored).toString("base64"),
    ];
    for (const pgp of texts) assert.match(await refusal({ pgp }), /^encryptTo\.pgp is not an OpenPGP key\. /);
  });
});

describe("a JWK is refused", { concurrency: true }, () => {
  const refused = (members: Record<string, unknown>, type: keyof typeof KEY_TYPES = "P-256") =>
    jwks(type).then(({ publicJwk }) => refusal({ jwk: { ...publicJwk, ...members } }));

  test("that is private, whole or in part, as text and as an object", async () => {
    for (const type of ["RSA-2048", "P-384", "X25519"] as const) {
      const { publicJwk, privateJwk } = await jwks(type);
      const secrets = Object.keys(privateJwk).filter((name) => !(name in publicJwk));
      const parts = secrets.map((name) => ({ ...publicJwk, [name]: privateJwk[name] }));
      for (const jwk of [privateJwk, JSON.stringify(privateJwk), ...parts])
        assert.match(await refusal({ jwk }), /^encryptTo\.jwk is a private key\. .* Give one public JWK/);
    }
  });

  test("that is symmetric", async () => {
    const jwk = { kty: "oct", k: Buffer.from("a key that is shared by both").toString("base64url") };
    for (const given of [jwk, { ...jwk, kty: "RSA" }, JSON.stringify(jwk)])
      assert.match(await refusal({ jwk: given }), /^encryptTo\.jwk is a symmetric key\. /);
  });

  test("that is for something else", async () => {
    assert.match(await refused({ use: "sig" }), /^encryptTo\.jwk cannot encrypt: its use must be "enc"\. /);
    for (const key_ops of [[], ["verify"], ["sign", "decrypt"]])
      assert.match(
        await refused({ key_ops }),
        /^encryptTo\.jwk cannot encrypt: its key_ops must have one of wrapKey, encrypt, deriveKey, deriveBits\. /,
      );
    for (const alg of ["ES256", "RSA-OAEP-256", "dir", "A256KW", "HPKE-0", 1])
      assert.match(
        await refused({ alg }),
        /^encryptTo\.jwk cannot encrypt: its alg must be ECDH-ES\+A256KW or /,
      );
    for (const alg of ["RS256", "RSA1_5", "ECDH-ES"])
      assert.match(
        await refused({ alg }, "RSA-2048"),
        /^encryptTo\.jwk cannot encrypt: its alg must be RSA-OAEP-256 or /,
      );
  });

  test("that cannot encrypt by its type or curve", async () => {
    const { publicKey: ed25519 } = await generate("ed25519");
    const { publicKey: bitcoin } = await generate("ec", { namedCurve: "secp256k1" });
    const cases = [
      [ed25519.export({ format: "jwk" }), "its crv must be X25519"],
      [bitcoin.export({ format: "jwk" }), "its crv must be P-256 or P-384 or P-521"],
      [{ kty: "AKP", alg: "ML-DSA-44", pub: "AA" }, "its kty must be RSA, EC or OKP"],
      [{ kty: "constructor" }, "its kty must be RSA, EC or OKP"],
      [{}, "its kty must be RSA, EC or OKP"],
    ] as const;
    for (const [jwk, why] of cases) {
      const message = await refusal({ jwk: jwk as Record<string, unknown> });
      assert.ok(message.startsWith(`encryptTo.jwk cannot encrypt: ${why}. `), message);
    }
  });

  test("that encrypts badly", async () => {
    const { publicKey } = await generate("rsa", { modulusLength: 1024 });
    assert.match(
      await refusal({ jwk: publicKey.export({ format: "jwk" }) as Record<string, unknown> }),
      /^encryptTo\.jwk cannot encrypt safely: it has 1024 bits\. .* at least 2048 bits/,
    );
    for (const e of ["AQ", "Ag"])
      assert.match(await refused({ e }, "RSA-2048"), /^encryptTo\.jwk is not a valid key: its e is wrong\. /);
  });

  test("whose numbers are no key", async () => {
    const { publicJwk } = await jwks("P-256");
    for (const members of [{ y: publicJwk.x }, { crv: "P-384" }, { x: undefined }, { x: 1 }])
      assert.match(await refused(members), /^encryptTo\.jwk is not a valid key/);
    assert.match(await refused({ x: "AAAA" }, "X25519"), /^encryptTo\.jwk is not a valid key/);
    // These are found only in the trial.
    const zero = Buffer.alloc(32).toString("base64url");
    assert.match(await refused({ x: zero }, "X25519"), /^encryptTo\.jwk cannot encrypt: a trial failed\. /);
  });

  test("that is not one JWK", async () => {
    const { publicJwk } = await jwks("P-256");
    const set = { keys: [publicJwk, publicJwk] };
    for (const jwk of [set, JSON.stringify(set)])
      assert.match(await refusal({ jwk }), /^encryptTo\.jwk holds several keys\. /);
    for (const jwk of ["[]", "null", "1", '"text"'])
      assert.match(await refusal({ jwk }), /^encryptTo\.jwk is no JWK\. /);
    for (const jwk of ["", "https://example.com/jwks.json", await pem, "{"])
      assert.match(await refusal({ jwk }), /^encryptTo\.jwk is not JSON\. /);
    assert.match(await refused({ kid: 1 }), /^encryptTo\.jwk cannot encrypt: its kid must be a string\. /);
  });
});

describe("a recipient of age is refused", { concurrency: true }, () => {
  test("that is private", async () => {
    const identity = await age.generateIdentity();
    const recipient = await age.identityToRecipient(identity);
    const texts = [
      identity,
      identity.toLowerCase(),
      await age.generateHybridIdentity(),
      `# created: today\n# public key: ${recipient}\n${identity}\n`,
      "AGE-PLUGIN-YUBIKEY-1QQPQZSQ",
      await pem,
    ];
    for (const text of texts)
      assert.match(await refusal({ age: text }), /^encryptTo\.age is a private key\. .* Give one recipient/);
  });

  test("that is not alone", async () => {
    const [one, other] = await Promise.all(
      [age.generateIdentity(), age.generateIdentity()].map(async (identity) =>
        age.identityToRecipient(await identity),
      ),
    );
    assert.match(await refusal({ age: `${one}\n${other}` }), /^encryptTo\.age holds several keys\. /);
  });

  test("that is none", async () => {
    const recipient = await age.identityToRecipient(await age.generateIdentity());
    const texts = [
      " ",
      "age1",
      recipient.slice(0, -1),
      recipient.replace(/.$/, (last) => (last === "q" ? "p" : "q")),
      "age1yubikey1qwertyqwertyqwertyqwertyqwertyqwertyqwertyqwerty",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhc2U2NCBvZiBhIGtleSB0aGF0IGlzIG5vbmUh reader",
    ];
    for (const text of texts)
      assert.match(await refusal({ age: text }), /^encryptTo\.age is not an age recipient\. /);
  });
});

test("no text at all is taken for a recipient that it is not, or shown", async () => {
  const canary = "canary-of-a-value";
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.base64String(),
    fc.json(),
    fc.string().map((text) => `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${text}`),
    fc.string().map((text) => `age1${text}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("pgp", "jwk", "age"), texts, async (name, text) => {
      const message = await refusal({ [name]: `${text}${canary}` });
      assert.ok(message.startsWith(`encryptTo.${name} `), message);
      await refusal({ [name]: text });
    }),
    { numRuns: 200 },
  );
});

describe("the argument", () => {
  const problems = (value: unknown) =>
    validateInputs("a kind", { encryptTo: encryptTo.optional() }, { encryptTo: value }).problems;

  test("is one of three keys", async () => {
    const { publicJwk } = await jwks("P-256");
    const good = [
      undefined,
      null,
      UNKNOWN,
      { pgp: "key" },
      { jwk: "{}" },
      { jwk: publicJwk },
      { age: "age1" },
    ];
    for (const value of good) assert.deepEqual(problems(value), []);
  });

  test("may not be known yet, in whole or in part", () => {
    for (const value of [
      UNKNOWN,
      { pgp: UNKNOWN },
      { jwk: UNKNOWN },
      { jwk: { n: UNKNOWN } },
      { age: UNKNOWN },
    ])
      assert.deepEqual(problems(value), []);
  });

  test("says what is wrong", () => {
    const cases: readonly [unknown, string][] = [
      [{}, "encryptTo must have exactly one of pgp, jwk and age"],
      [{ pgp: "key", age: "age1" }, "encryptTo must have exactly one of pgp, jwk and age"],
      ["age1", "encryptTo must be an object, not a string"],
      [{ age: "age1", ssh: "key" }, "encryptTo has no ssh, only pgp, jwk, age"],
      [{ pgp: 1 }, "encryptTo.pgp must be a string, not a number"],
      [{ age: ["age1"] }, "encryptTo.age must be a string, not a list"],
      [{ age: "" }, "encryptTo.age must not be empty: leave it out instead"],
      [{ jwk: [] }, "encryptTo.jwk must be a JWK: its JSON text or an object"],
      [{ jwk: "" }, "encryptTo.jwk must not be empty: leave it out instead"],
    ];
    for (const [value, problem] of cases) assert.deepEqual(problems(value), [problem]);
  });

  test("that nobody has checked is refused all the same", async () => {
    assert.match(await refusal({}), /^encryptTo must have exactly one of pgp, jwk and age\. /);
  });
});

const missing = (program: string) =>
  spawnSync(program, ["--version"]).error ? `no \`${program}\` on the PATH to decrypt with` : false;

/** Runs the test in a folder of its own. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("gpg decrypts", { skip: missing("gpg") }, () => {
  /** Works with a keyring of its own, and ends the agent that gpg starts for it. */
  const withGpg = (work: (gpg: (...args: string[]) => Promise<string>, folder: string) => Promise<void>) =>
    inFolder(async (folder) => {
      const env = { ...process.env, GNUPGHOME: folder };
      const gpg = async (...args: string[]) =>
        (await run("gpg", ["--batch", "--quiet", "--pinentry-mode", "loopback", ...args], { env })).stdout;
      try {
        await work(gpg, folder);
      } finally {
        await run("gpgconf", ["--kill", "all"], { env });
      }
    });

  test("to a key of its own, exported either way", async () => {
    await withGpg(async (gpg, folder) => {
      const made = ["future-default", "default", "never"];
      await gpg("--passphrase", "", "--quick-generate-key", "reader@example.com", ...made);
      await gpg("--output", path.join(folder, "binary"), "--export");
      const { stdout: encoded } = await run("base64", [path.join(folder, "binary")]);
      const listed = await gpg("--with-colons", "--fingerprint");
      const text = `${await pem}ключ 🔑\r\n\n`;
      for (const pgp of [await gpg("--armor", "--export"), encoded]) {
        const recipient = await loadRecipient({ pgp });
        assert.ok(listed.includes(`fpr:::::::::${recipient.fingerprint}:`));
        const file = path.join(folder, "message.asc");
        await writeFile(file, await recipient.encrypt(text));
        assert.equal(await gpg("--decrypt", file), text);
      }
      const secret = await gpg("--armor", "--export-secret-keys");
      assert.match(await refusal({ pgp: secret }), /^encryptTo\.pgp is a private key\. /);
    });
  });

  test("to a key that another program made", async () => {
    await withGpg(async (gpg, folder) => {
      const { publicKey, privateKey } = await pgpKeys();
      const keyFile = path.join(folder, "key.asc");
      await writeFile(keyFile, privateKey.armor());
      await gpg("--import", keyFile);
      const file = path.join(folder, "message.asc");
      await writeFile(file, await (await loadRecipient({ pgp: publicKey.armor() })).encrypt(await pem));
      assert.equal(await gpg("--decrypt", file), await pem);
    });
  });

  test("and its key that only signs is refused", async () => {
    await withGpg(async (gpg) => {
      await gpg("--passphrase", "", "--quick-generate-key", "reader@example.com", "ed25519", "sign");
      assert.match(
        await refusal({ pgp: await gpg("--armor", "--export") }),
        /^encryptTo\.pgp cannot encrypt \(/,
      );
    });
  });
});

describe("age decrypts", { skip: missing("age") }, () => {
  test("with its identity file", async () => {
    await inFolder(async (folder) => {
      const identity = await age.generateX25519Identity();
      const recipient = await loadRecipient({ age: await age.identityToRecipient(identity) });
      const [identityFile, file] = [path.join(folder, "key.txt"), path.join(folder, "message.age")];
      await writeFile(identityFile, `${identity}\n`);
      for (const text of [await pem, `${await pem}ключ 🔑\r\n\n`, ""]) {
        await writeFile(file, await recipient.encrypt(text));
        assert.equal((await run("age", ["--decrypt", "--identity", identityFile, file])).stdout, text);
      }
    });
  });
});
