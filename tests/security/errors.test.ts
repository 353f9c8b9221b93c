import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { startScriptedServer } from "../support/scriptedServer.ts";
import { type Echo, type EchoServer, startEchoServer } from "./support/echoServer.ts";
import { assertHides } from "./support/exposure.ts";

const privateKeyOf = (options: { bits?: number; type?: "rsa" | "ec" } = {}) => {
  const { privateKey } =
    options.type === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: options.bits ?? 2048 });
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
};
const keyFile = (private_key: string) =>
  JSON.stringify({ id: "aje0000000000000000k", service_account_id: "aje0000000000000000a", private_key });

const PRIVATE_KEY = privateKeyOf();
// None of these looks like a credential: they are known as such by where they come from.
const TOKEN = "canary-caller-token-7f3a91c2";
const MINTED = "canary-minted-token-0b9d44e1";
const HELD_TOKEN = "canary-iam-token-resource-51c0";
const SECRET_KEY = "canary/aws+secret/of+the+caller/59d1c07";
const SESSION_TOKEN = "canary-aws-session-token-e0b16a88//";
const MADE_SECRET = "canary-secret-that-was-made-2c7712";
const SECRETS = [PRIVATE_KEY, TOKEN, MINTED, HELD_TOKEN, SECRET_KEY, SESSION_TOKEN, MADE_SECRET];

const words = (asked: string) => `echo: ${asked}`;
const xml = (text: string) => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);

const YANDEX_ECHOES: Readonly<Record<string, Echo>> = {
  "400 with the request in its message": {
    status: 400,
    body: (asked) => JSON.stringify({ code: 3, message: words(asked) }),
  },
  "400 with the request in a field violation": {
    status: 400,
    body: (asked) =>
      JSON.stringify({
        code: 3,
        message: "echo: see the details",
        details: [{ fieldViolations: [{ field: words(asked), description: words(asked) }] }],
      }),
  },
  "401 with the request in its ids": {
    status: 401,
    headers: (asked) => ({ "x-request-id": words(asked).replace(/[^\x20-\x7e]/g, " ") }),
    body: () => JSON.stringify({ code: 16, message: "echo: see the id" }),
  },
  "403 with the request in its message": {
    status: 403,
    body: (asked) => JSON.stringify({ code: 7, message: words(asked) }),
  },
  "302 to an address with the request in it": {
    status: 302,
    headers: (asked) => ({ location: `https://elsewhere.example/?${encodeURIComponent(words(asked))}` }),
    body: words,
  },
  "500 that is a page of text": { status: 500, body: (asked) => `<html>${words(asked)}</html>` },
  "200 that is no JSON": { status: 200, body: words },
  "200 in another shape": {
    status: 200,
    body: (asked) => JSON.stringify({ key: words(asked), secret: MADE_SECRET, privateKey: [MADE_SECRET] }),
  },
  "200 with an operation that failed": {
    status: 200,
    body: (asked) =>
      JSON.stringify({ id: "operation", done: true, error: { code: 13, message: words(asked) } }),
  },
};

const AWS_ECHOES: Record<string, Echo> = Object.fromEntries(
  [
    [400, "IncompleteSignature"],
    [403, "SignatureDoesNotMatch"],
    [403, "AccessDenied"],
    [400, "ValidationError"],
  ].map(([status, code]) => [
    `${status} ${code} with the request in its message`,
    {
      status: Number(status),
      body: (asked) =>
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${xml(words(asked))}</Message></Error><RequestId>${xml(words(asked))}</RequestId></ErrorResponse>`,
    } satisfies Echo,
  ]),
);
AWS_ECHOES["200 in another shape"] = {
  status: 200,
  body: (asked) =>
    `<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>u</UserName><SecretAccessKey>${MADE_SECRET}</SecretAccessKey><Status>${xml(words(asked))}</Status></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>`,
};
AWS_ECHOES["400 that is no XML"] = { status: 400, body: words };

const YANDEX_KEY = { serviceAccountId: "aje0000000000000000a", description: "was", owner: "p/s/n" };
const held = { id: "kept", createdAt: "2026-01-01T00:00:00Z", replacedAt: "2026-01-02T00:00:00Z" };
/** What the state holds of each resource, and what it is to become. */
const RESOURCES: Readonly<Record<string, readonly [outputs: Properties, inputs: Properties]>> = {
  "yandex:ServiceAccountKey": [
    { ...YANDEX_KEY, privateKey: PRIVATE_KEY },
    { ...YANDEX_KEY, description: "is" },
  ],
  "yandex:StaticAccessKey": [
    { ...YANDEX_KEY, accessKeyId: "YCA", secretAccessKey: MADE_SECRET },
    { ...YANDEX_KEY, description: "is" },
  ],
  "yandex:IamToken": [
    { serviceAccountId: "aje", iamToken: HELD_TOKEN, expiresAt: "2099-01-01T00:00:00Z" },
    { serviceAccountId: "aje" },
  ],
  "yandex:RotatingStaticAccessKey": [
    {
      ...YANDEX_KEY,
      keySince: "2026-01-01T00:00:00Z",
      current: { ...YANDEX_KEY, ...held, accessKeyId: "YCA", secretAccessKey: MADE_SECRET },
      previous: { ...YANDEX_KEY, ...held, id: "former", accessKeyId: "YCB", secretAccessKey: MADE_SECRET },
    },
    { ...YANDEX_KEY, keySince: "2026-03-01T00:00:00Z" },
  ],
  "aws:AccessKey": [
    { userName: "mailer", status: "Active", secretAccessKey: MADE_SECRET },
    { userName: "mailer", status: "Inactive" },
  ],
  "aws:RotatingAccessKey": [
    {
      userName: "mailer",
      keySince: "2026-01-01T00:00:00Z",
      current: { userName: "mailer", ...held, secretAccessKey: MADE_SECRET, status: "Active" },
      previous: {
        userName: "mailer",
        ...held,
        id: "former",
        secretAccessKey: MADE_SECRET,
        status: "Active",
      },
    },
    { userName: "mailer", keySince: "2026-03-01T00:00:00Z" },
  ],
};

/** What each call of a resource fails with, and all warnings. */
async function failuresOf(type: string, config: Record<string, string>): Promise<unknown[]> {
  const [outputs, inputs] = RESOURCES[type] ?? assert.fail(type);
  const shown: unknown[] = [];
  for (const call of ["create", "read", "update", "delete"] as const) {
    // Each call is a process of its own, which has yet to log in.
    const ports = fakePorts({ config });
    const lifecycle = await loadLifecycle(type, new Session(ports));
    const work = {
      create: () => lifecycle.create(inputs),
      read: () => lifecycle.read("kept", outputs),
      update: () => lifecycle.update("kept", outputs, inputs),
      delete: () => lifecycle.delete("kept", outputs),
    }[call];
    await work().catch((error) => shown.push(error));
    shown.push(...ports.warnings);
  }
  return shown;
}

describe("a server that repeats what it was asked", () => {
  let server: EchoServer;
  const environment = { ...process.env };
  before(async () => {
    server = await startEchoServer();
    process.env.AWS_ENDPOINT_URL = server.url;
  });
  beforeEach(() => {
    server.instead = () => undefined;
  });
  after(async () => {
    process.env = environment;
    await server[Symbol.asyncDispose]();
  });

  for (const type of Object.keys(RESOURCES).filter((name) => name.startsWith("yandex:"))) {
    for (const [name, echo] of Object.entries(YANDEX_ECHOES)) {
      test(`${type}: ${name}`, async () => {
        server.echo = echo;
        const endpoint = { "yandex:endpoint": server.url };
        const byToken = await failuresOf(type, { ...endpoint, "yandex:token": TOKEN });
        const byKey = { ...endpoint, "yandex:serviceAccountKeyFile": keyFile(PRIVATE_KEY) };
        const refusedLogin = await failuresOf(type, byKey);
        server.instead = (asked) =>
          asked.startsWith("POST /iam/v1/tokens ")
            ? JSON.stringify({ iamToken: MINTED, expiresAt: "2099-01-01T00:00:00Z" })
            : undefined;
        const shown = [...byToken, ...refusedLogin, ...(await failuresOf(type, byKey))];
        assert.ok(shown.length >= 3, "some calls failed");
        const isTold =
          /message|violation/.test(name) || (/operation/.test(name) && type !== "yandex:IamToken");
        if (isTold) assert.match(shown.join("\n"), /echo: /);
        for (const each of shown) assertHides(each, SECRETS, name);
        assertHides(shown, ["eyJhbGciOiJQUzI1NiIs"], "a JWT");
      });
    }
  }

  for (const type of Object.keys(RESOURCES).filter((name) => name.startsWith("aws:"))) {
    for (const [name, echo] of Object.entries(AWS_ECHOES)) {
      test(`${type}: ${name}`, async () => {
        server.echo = echo;
        const configured = await failuresOf(type, {
          "aws:accessKey": "AKIACONFIGURED",
          "aws:secretKey": SECRET_KEY,
          "aws:token": SESSION_TOKEN,
        });
        // The SDK's own chain, which this package never sees the credentials of.
        const own = { id: "AKIAENVIRONMENT", secret: `env-${SECRET_KEY}`, token: `env-${SESSION_TOKEN}` };
        process.env.AWS_ACCESS_KEY_ID = own.id;
        process.env.AWS_SECRET_ACCESS_KEY = own.secret;
        process.env.AWS_SESSION_TOKEN = own.token;
        const shown = [...configured, ...(await failuresOf(type, {}))];
        assert.ok(shown.length >= 4, "some calls failed");
        if (name.includes("message")) assert.match(shown.join("\n"), /echo: /);
        for (const each of shown) {
          assertHides(each, [...SECRETS, own.secret, own.token], name);
          assert.doesNotMatch(String(each), /Signature=[0-9a-f]/, "nor what could be sent once more");
        }
      });
    }
  }
});

describe("credentials that cannot be used are not shown to say so", () => {
  const login = async (config: Record<string, string>, url = "http://127.0.0.1:1") => {
    const shown: unknown[] = [];
    const ports = fakePorts({ config: { "yandex:endpoint": url, ...config } });
    const lifecycle = await loadLifecycle("yandex:StaticAccessKey", new Session(ports));
    const { inputs, problems } = await lifecycle.check({}, { serviceAccountId: "aje" });
    shown.push(...problems);
    await lifecycle.create(inputs).catch((error) => shown.push(error));
    return shown;
  };
  const body = PRIVATE_KEY.split("\n").slice(1, -2).join("\n");
  const files: Readonly<Record<string, string>> = {
    "cut off": keyFile(PRIVATE_KEY.slice(0, 600)),
    "without its header": keyFile(body),
    "of another algorithm": keyFile(privateKeyOf({ type: "ec" })),
    "that is too short": keyFile(privateKeyOf({ bits: 1024 })),
    "in an encrypted PEM": keyFile(PRIVATE_KEY.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
    "with another letter in it": keyFile(PRIVATE_KEY.replace(/\n..../, "\n####")),
    "in JSON that ends too soon": keyFile(PRIVATE_KEY).slice(0, -20),
    "in JSON that has a comma too much": keyFile(PRIVATE_KEY).replace('"private_key"', ',"private_key"'),
    "as a list": JSON.stringify({ id: "a", service_account_id: "b", private_key: PRIVATE_KEY.split("\n") }),
    "without an id": JSON.stringify({ service_account_id: "b", private_key: PRIVATE_KEY }),
    "instead of its path": PRIVATE_KEY,
  };
  for (const [name, file] of Object.entries(files)) {
    test(`a private key ${name}`, async () => {
      const shown = await login({ "yandex:serviceAccountKeyFile": file });
      assert.ok(shown.length > 0);
      const lines = file.match(/[A-Za-z0-9+/]{40,64}/g) ?? [];
      assertHides(shown, [...SECRETS, ...lines], name);
    });
  }

  test("a token that no header can carry, and one that a server made so", async () => {
    assertHides(await login({ "yandex:token": `${TOKEN}\n${TOKEN}` }), SECRETS, "a token");
    const iamToken = `${MINTED}\n${MINTED}`;
    await using server = await startScriptedServer({ body: { iamToken, expiresAt: "2099-01-01T00:00:00Z" } });
    const shown = await login({ "yandex:serviceAccountKeyFile": keyFile(PRIVATE_KEY) }, server.url);
    assert.ok(shown.length > 0);
    assertHides(shown, SECRETS, "a minted token");
  });

  test("a connection that ends while a new key is tried", async () => {
    await using server = await startScriptedServer("drop");
    const { yandex } = new Session(
      fakePorts({ config: { "yandex:endpoint": server.url, "yandex:token": TOKEN } }),
    );
    await assert.rejects(yandex.trials.verifyAccessKey("YCA", MADE_SECRET), (error) => {
      assertHides(error, SECRETS, "the error");
      return true;
    });
  });

  test("what a process that was to give AWS credentials printed, and how it was called", async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-profile-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, "config");
    const command = `sh -c "echo ${MADE_SECRET} >&2; exit 3" ${SECRET_KEY}`;
    await writeFile(file, `[profile broken]\ncredential_process = ${command}\n`);
    const environment = { ...process.env };
    t.after(() => {
      process.env = environment;
    });
    process.env.AWS_EC2_METADATA_DISABLED = "true";
    process.env.AWS_CONFIG_FILE = file;
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(folder, "none");
    const { aws } = new Session(fakePorts({ config: { "aws:profile": "broken" } }));
    await assert.rejects(aws.listAccessKeys("mailer"), (error) => {
      assert.match(String(error), /\[NO_CREDENTIALS\]/);
      assertHides(error, SECRETS, "the error");
      return true;
    });
  });
});

describe("arguments that are refused are not repeated", () => {
  for (const type of Object.keys(RESOURCES)) {
    test(type, async () => {
      const ports = fakePorts({
        config: { "yandex:token": "t1.a", "aws:accessKey": "AKIA", "aws:secretKey": SECRET_KEY },
      });
      const lifecycle = await loadLifecycle(type, new Session(ports));
      const [, names = ""] =
        /takes ([\w, ]+)/.exec(String((await lifecycle.check({}, { unknown: 1 })).problems)) ?? [];
      assert.match(names, /keepers/);
      for (const name of names.split(", ")) {
        for (const value of [MADE_SECRET, [MADE_SECRET], { every: MADE_SECRET }, { a: { b: MADE_SECRET } }]) {
          assertHides((await lifecycle.check({}, { [name]: value })).problems, [MADE_SECRET], name);
        }
      }
    });
  }
});
