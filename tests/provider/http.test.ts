import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import * as z from "zod";
import { createAgents } from "../../provider/api/agents.ts";
import { connectionError } from "../../provider/api/apiError.ts";
import type { ApiRequest } from "../../provider/api/apiRequest.ts";
import { parseReply, sendRequest } from "../../provider/api/http.ts";
import type { NetworkFailure } from "../../provider/api/networkFailure.ts";
import { type ErrorCode, IamKeysError } from "../../provider/errors.ts";
import { VERSION } from "../../provider/version.ts";
import { type ScriptedServer, type Step, startScriptedServer } from "../support/scriptedServer.ts";

const TOKEN = "t1.canary-of-a-token-0123456789";
const BODY_SECRET = "canary-of-a-secret-in-the-body";

function send(server: ScriptedServer, request: Partial<ApiRequest> = {}): Promise<unknown> {
  const { method = "POST" } = request;
  return sendRequest({
    operation: "Key.create",
    method,
    url: `${server.url}/iam/v1/keys`,
    ...(method === "POST" || method === "PATCH" ? { body: { jwt: BODY_SECRET } } : {}),
    token: TOKEN,
    agents: createAgents(server.url, {}),
    ...request,
  });
}

async function errorOf(work: Promise<unknown>): Promise<IamKeysError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof IamKeysError, `expected our own error, not: ${error}`);
    return error;
  }
  assert.fail("expected an error");
}

const again: Step = { status: 503, headers: { "retry-after": "0" }, body: { code: 14, message: "busy" } };

describe("a request is repeated", { concurrency: true }, () => {
  const passing: Readonly<Record<string, Step>> = {
    "HTTP 429 with Retry-After": {
      status: 429,
      headers: { "retry-after": "0" },
      body: { code: 8, message: "slowly" },
    },
    "HTTP 429 without Retry-After": { status: 429, body: { code: 8, message: "too many requests" } },
    "HTTP 502": { status: 502, body: "bad gateway" },
    "HTTP 503": { status: 503, body: { code: 14 } },
    "HTTP 504": { status: 504, body: { code: 4 } },
    "a dropped connection": "drop",
    "an answer that ends in the middle": "half",
    "an answer in chunks that ends in the middle": "halfChunked",
  };
  for (const [name, step] of Object.entries(passing)) {
    for (const method of ["GET", "POST", "PATCH", "DELETE"] as const) {
      test(`${method} after ${name}`, async () => {
        await using server = await startScriptedServer(step, { body: { done: true } });
        assert.deepEqual(await send(server, { method }), { done: true });
        assert.equal(server.requests.length, 2);
        const [first, second] = server.requests;
        assert.equal(first?.method, method);
        assert.equal(first?.body, second?.body);
        assert.equal(first?.headers["idempotency-key"], second?.headers["idempotency-key"]);
      });
    }
  }

  test("not before the time that Retry-After names", async () => {
    const busy = { status: 429, headers: { "retry-after": "2" }, body: { code: 8, message: "slowly" } };
    await using server = await startScriptedServer(busy, {});
    await send(server);
    const [first, second] = server.requests;
    assert.ok(first && second && second.at - first.at >= 1990);
  });

  test("with one Idempotency-Key and one request id for all of its repetitions, and new ones for the next", async () => {
    await using server = await startScriptedServer(again, again, again, {}, {});
    await send(server);
    await send(server);
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    for (const header of ["idempotency-key", "x-client-request-id"]) {
      const values = server.requests.map((request) => String(request.headers[header]));
      assert.equal(values.length, 5);
      assert.equal(new Set(values.slice(0, 4)).size, 1);
      assert.equal(new Set(values).size, 2);
      for (const value of values) assert.match(value, uuid);
    }
  });

  test("four times at most", async () => {
    await using server = await startScriptedServer(again);
    const error = await errorOf(send(server));
    assert.equal(server.requests.length, 5);
    assert.equal(error.code, "UNAVAILABLE");
    assert.equal(error.status, 503);
    assert.match(
      error.message,
      /^Key\.create was refused: busy \[UNAVAILABLE, HTTP 503\] Run again later\.$/,
    );
  });

  test("not where Retry-After asks for more than a minute", async () => {
    await using server = await startScriptedServer({ status: 429, headers: { "retry-after": "3600" } });
    assert.equal((await errorOf(send(server))).code, "RATE_LIMITED");
    assert.equal(server.requests.length, 1);
  });
});

describe("a request is sent once", { concurrency: true }, () => {
  const quotaFailure = { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [] };
  const refusals: readonly (readonly [Step & object, ErrorCode])[] = [
    [{ status: 400, body: { code: 3, message: "no" } }, "INVALID_ARGUMENT"],
    [{ status: 401, body: { code: 16, message: "no" } }, "UNAUTHENTICATED"],
    [{ status: 403, body: { code: 7, message: "no" } }, "PERMISSION_DENIED"],
    [{ status: 404, body: { code: 5, message: "no" } }, "NOT_FOUND"],
    [{ status: 409, body: { code: 6, message: "no" } }, "CONFLICT"],
    [{ status: 500, body: { code: 13, message: "no" } }, "SERVER_ERROR"],
    [{ status: 429, body: { code: 8, message: "Quota limit iam.keys.count exceeded" } }, "LIMIT_EXCEEDED"],
    [{ status: 429, body: { code: 8, message: "no", details: [quotaFailure] } }, "LIMIT_EXCEEDED"],
    [{ status: 400, body: "" }, "INVALID_ARGUMENT"],
    [{ status: 403, body: "<html>" }, "PERMISSION_DENIED"],
    [{ status: 418, body: "[]" }, "UNEXPECTED_REPLY"],
    [{ status: 302, headers: { location: "https://example.net/" } }, "UNEXPECTED_REPLY"],
  ];
  for (const [step, code] of refusals) {
    test(`HTTP ${step.status} ${JSON.stringify(step.body ?? "")} is ${code}`, async () => {
      await using server = await startScriptedServer(step);
      const error = await errorOf(send(server));
      assert.equal(error.code, code);
      assert.equal(error.status, step.status);
      assert.equal(server.requests.length, 1);
    });
  }
});

test("a request carries the token, the version, JSON, and keeps its connection", async () => {
  await using server = await startScriptedServer({ body: { done: true } });
  await send(server);
  const [first] = server.requests;
  assert.equal(first?.headers.authorization, `Bearer ${TOKEN}`);
  assert.match(String(first?.headers["user-agent"]), new RegExp(`^pulumi-iam-keys/${VERSION} \\(node `));
  assert.equal(first?.headers["content-type"], "application/json");
  assert.equal(first?.headers.connection, "keep-alive");
  assert.deepEqual(JSON.parse(String(first?.body)), { jwt: BODY_SECRET });
});

test("a GET carries its query and no Idempotency-Key", async () => {
  await using server = await startScriptedServer({});
  const agents = createAgents(server.url, {});
  const query = { pageToken: "a b&c" };
  await sendRequest({ operation: "Key.list", method: "GET", url: `${server.url}/keys`, query, agents });
  const [request] = server.requests;
  assert.equal(new URL(request?.url ?? "", server.url).searchParams.get("pageToken"), "a b&c");
  assert.equal(request?.headers["idempotency-key"], undefined);
  assert.equal(request?.headers.authorization, undefined);
});

test("null in an answer is a field's default, as if the field were absent", async () => {
  await using server = await startScriptedServer({
    body: { id: "o", done: true, error: null, of: { n: null, m: 0 } },
  });
  assert.deepEqual(await send(server), { id: "o", done: true, of: { m: 0 } });
});

test("an answer that is not JSON is an error", async () => {
  for (const body of ["", "<html>", '{"key": ']) {
    await using server = await startScriptedServer({ body });
    const error = await errorOf(send(server));
    assert.equal(
      error.message,
      `Key.create: ${new URL(server.url).host} answered with text that is not JSON. [UNEXPECTED_REPLY, HTTP 200] Check the endpoint: it may be that of another server.`,
    );
    assert.equal(server.requests.length, 1);
  }
});

test("an answer of the wrong shape names each field, and none of its values", async () => {
  const schema = z.object({
    key: z.object({ id: z.string(), publicKey: z.string() }),
    privateKey: z.string(),
  });
  const error = await errorOf(
    (async () => parseReply("Key.create", schema, { key: { id: 7 }, privateKey: [BODY_SECRET] }))(),
  );
  assert.equal(
    error.message,
    "Key.create answered in a shape that its API page does not describe: key.id, key.publicKey, privateKey missing or of the wrong type. [UNEXPECTED_REPLY, HTTP 200]",
  );
  assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes(BODY_SECRET));
  const whole = await errorOf((async () => parseReply("Key.get", schema, null))());
  assert.match(whole.message, /: \(the whole reply\) missing or of the wrong type\./);
});

test("an error has the server's words, the fields it complains about, the request ids and a hint", async () => {
  await using server = await startScriptedServer({
    status: 403,
    headers: { "x-request-id": "r-1", "x-server-request-id": "r-2", "x-server-trace-id": "r-1" },
    body: {
      code: 7,
      message: "Permission denied",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [{ field: "serviceAccountId", description: "not yours" }],
        },
        { "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "r-3" },
      ],
    },
  });
  const role = "iam.serviceAccounts.authorizedKeyAdmin";
  const error = await errorOf(send(server, { subject: "service account aje1", role }));
  assert.equal(
    error.message,
    "Key.create was refused: Permission denied; serviceAccountId: not yours [PERMISSION_DENIED, HTTP 403, request r-1, r-2] The caller needs the role iam.serviceAccounts.authorizedKeyAdmin on service account aje1.",
  );
  assert.equal(error.code, "PERMISSION_DENIED");
  assert.equal(error.status, 403);
  assert.deepEqual(error.requestIds, ["r-1", "r-2"]);
  assert.equal(
    error.hint,
    "The caller needs the role iam.serviceAccounts.authorizedKeyAdmin on service account aje1.",
  );
});

const hints: readonly (readonly [operation: string, status: number, body: object, hint: RegExp])[] = [
  [
    "TemporaryAccessKey.create",
    403,
    { code: 7 },
    /role iam\.serviceAccounts\.ephemeralAccessKeyAdmin on service account aje1\.$/,
  ],
  ["IamToken.createForServiceAccount", 403, { code: 7 }, /role iam\.serviceAccounts\.tokenCreator on/],
  ["Key.create", 404, { code: 5 }, /There is no service account aje1 that the caller may see\.$/],
  [
    "Key.create",
    401,
    { code: 16 },
    /credentials are not valid \(any more\): check stack config yandex:token\. A refresh/,
  ],
  [
    "Key.create",
    429,
    { code: 8, message: "Quota exceeded" },
    /The quota of keys of service account aje1 is used up: delete keys that nobody uses, or ask for a higher quota\.$/,
  ],
  ["Key.create", 500, { code: 13 }, /Run again later\.$/],
];
for (const [operation, status, body, hint] of hints) {
  test(`${operation} answered with HTTP ${status}: ${hint.source}`, async () => {
    await using server = await startScriptedServer({ status, body });
    const request = { operation, subject: "service account aje1", credentials: "stack config yandex:token" };
    assert.match((await errorOf(send(server, request))).message, hint);
  });
}

test("no error shows the token or the body, whatever the server echoes", async () => {
  const echo = { code: 3, message: `bad header "authorization: Bearer ${TOKEN}" and token ${TOKEN}` };
  const steps: readonly Step[] = [
    { status: 400, body: echo },
    { status: 503, headers: { "retry-after": "3600" }, body: echo },
    { status: 200, body: "not JSON" },
  ];
  for (const step of steps) {
    await using server = await startScriptedServer(step);
    const error = await errorOf(send(server));
    const shown = [
      error.message,
      error.stack ?? "",
      String(error),
      JSON.stringify(error),
      inspect(error, { depth: Infinity, showHidden: true }),
    ].join("\n");
    assert.ok(!shown.includes(TOKEN), "the token");
    assert.ok(!shown.includes(BODY_SECRET), "the body");
    assert.equal(error.cause, undefined);
  }
});

test("a connection that fails says which host, how, and what to look at", () => {
  const request = { operation: "Key.create", url: "https://iam.example.net/iam/v1/keys?canary" };
  const online = "Check that this machine is online, and the endpoint for a typing error, then run again.";
  const network = "Check the endpoint, the network and the proxy settings, then run again.";
  const failures: readonly (readonly [cause: NetworkFailure, words: string, hint: string])[] = [
    [
      { code: "ECONNREFUSED", address: "192.0.2.1", port: 443 },
      "nothing listens at 192.0.2.1:443 (ECONNREFUSED). [CONNECTION_REFUSED]",
      network,
    ],
    [
      { code: "ENOTFOUND", hostname: "iam.example.net" },
      "no name server knows iam.example.net (ENOTFOUND). [CONNECTION_FAILED]",
      online,
    ],
    [
      { code: "ENOTFOUND", hostname: "proxy.example.net" },
      "no name server knows proxy.example.net (ENOTFOUND). [CONNECTION_FAILED]",
      online,
    ],
    [
      { code: "EAI_AGAIN" },
      "no name server could be asked for iam.example.net (EAI_AGAIN). [CONNECTION_FAILED]",
      online,
    ],
    [
      { code: "ENETUNREACH", address: "192.0.2.1" },
      "there is no way to 192.0.2.1 (ENETUNREACH). [CONNECTION_FAILED]",
      network,
    ],
    [{ code: "ECONNRESET" }, "the connection failed (ECONNRESET). [CONNECTION_FAILED]", network],
  ];
  for (const [cause, words, hint] of failures) {
    const thrown = { code: cause.code, cause } as unknown as Parameters<typeof connectionError>[1];
    const error = connectionError(request, thrown);
    assert.equal(error.message, `Key.create got no answer from iam.example.net: ${words} ${hint}`);
  }
  const late = connectionError(request, { code: "ETIMEDOUT" } as Parameters<typeof connectionError>[1]);
  assert.equal(late.message, "Key.create got no answer from iam.example.net in time. [TIMEOUT]");
});

test("what answers a wrong endpoint is named, be it a page or a plain 404", async () => {
  await using page = await startScriptedServer({ status: 404, body: "<h1>Not Found</h1>" });
  assert.equal(
    (await errorOf(send(page, { subject: "service account aje1" }))).message,
    `Key.create was refused: Not Found [NOT_FOUND, HTTP 404] ${new URL(page.url).host} does not answer as this API does: check the endpoint.`,
  );
});

const MINUTE_MS = 60_000;
const clocks: readonly (readonly [offMs: number, hint: RegExp])[] = [
  [10 * MINUTE_MS, /This machine's clock is 10 minutes ahead of the server's/],
  [-90 * MINUTE_MS, /This machine's clock is 90 minutes behind the server's/],
  [3 * 60 * MINUTE_MS, /This machine's clock is 3 hours ahead of the server's/],
  [-400 * 24 * 60 * MINUTE_MS, /This machine's clock is 400 days behind the server's/],
  [20_000, /^(?!.*clock)/],
];
for (const [offMs, hint] of clocks) {
  test(`a clock that is ${offMs / 1000} s off, and a signature that is refused: ${hint.source}`, async () => {
    const server = { now: Date.now() };
    const date = new Date(server.now - offMs).toUTCString();
    await using refusing = await startScriptedServer({ status: 401, headers: { date }, body: { code: 16 } });
    const signed = await errorOf(send(refusing, { signedAt: server.now }));
    assert.match(signed.message, hint);
    // A token that nobody signed here has nothing to do with the clock.
    assert.doesNotMatch((await errorOf(send(refusing))).message, /clock/);
  });
}

test("a name in the place of an id is said to look like one", async () => {
  const looksLikeOne =
    /"uploads-bot" looks like a name, but the id is needed: `yc iam service-account get uploads-bot` shows it\.$/;
  for (const [status, code] of [
    [400, 3],
    [403, 7],
    [404, 5],
  ]) {
    await using server = await startScriptedServer({ status: status ?? 0, body: { code } });
    assert.match(
      (await errorOf(send(server, { subject: "service account uploads-bot", role: "editor" }))).message,
      looksLikeOne,
    );
    const id = "service account bfbabc1d2e3f4g5h6i7j";
    assert.doesNotMatch((await errorOf(send(server, { subject: id }))).message, /looks like a name/);
  }
});

test("a token of the stack's config that is refused: which config that is, is said", async () => {
  await using server = await startScriptedServer({ status: 401, body: { code: 16 } });
  const asked = (credentials: string) => errorOf(send(server, { credentials }));
  assert.match((await asked("stack config yandex:token")).message, /config of the last `up`.*--run-program/);
  assert.doesNotMatch((await asked("environment variable YC_TOKEN")).message, /last `up`/);
});
