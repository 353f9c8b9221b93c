import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { startScriptedServer } from "../support/scriptedServer.ts";
import { type CallerWorld, CLAIMS, MINUTE_MS, type Settings, startCallerWorld } from "./callerWorld.ts";

const REQUEST_TOKEN = "canary-of-a-request-token";

const account = ({ iam }: CallerWorld) => ({ "yandex:federatedServiceAccountId": iam.serviceAccountId });

/** The message with which a caller of these settings is refused, or its first token. */
async function errorOf(world: CallerWorld, settings: Settings): Promise<string> {
  try {
    return await world.caller(settings).api.caller.token();
  } catch (error) {
    return (error as Error).message;
  }
}

describe("workload identity federation", { concurrency: true }, () => {
  test("GitHub Actions is asked for a token each time, for the audience that is wanted", async () => {
    await using world = await startCallerWorld();
    await using github = await startScriptedServer({ body: { count: 1, value: await world.oidcToken() } });
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    };
    const { api } = world.caller({
      config: { ...account(world), "yandex:oidcAudience": CLAIMS.audience },
      environment,
    });
    await Promise.all(Array.from({ length: 20 }, () => api.caller.token()));
    assert.deepEqual(
      github.requests.map(({ method, url, headers }) => [method, url, headers.authorization]),
      [["GET", "/token?api-version=2.0&audience=https%3A%2F%2Fgithub.com%2Facme", `Bearer ${REQUEST_TOKEN}`]],
    );
    world.time += 61 * MINUTE_MS;
    await api.caller.token();
    assert.equal(github.requests.length, 2);
    assert.deepEqual(world.operations(), ["oauth:ExchangeToken", "oauth:ExchangeToken"]);
    const plain = world.caller({ config: account(world), environment });
    await plain.api.caller.token();
    assert.equal(github.requests.at(-1)?.url, "/token?api-version=2.0");
  });

  test("GitHub Actions that refuses a token is an error that says what the job lacks", async () => {
    await using world = await startCallerWorld();
    await using github = await startScriptedServer({ status: 403, body: "no" });
    const message = await errorOf(world, {
      config: account(world),
      environment: {
        ACTIONS_ID_TOKEN_REQUEST_URL: github.url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
      },
    });
    assert.match(message, /^GitHub's OIDC token request was refused: .*HTTP 403\].*`id-token: write`\.$/);
    assert.ok(!message.includes(REQUEST_TOKEN));
    assert.deepEqual(world.operations(), []);
  });

  test("a file is read anew for each exchange", async () => {
    await using world = await startCallerWorld();
    const file = path.join(world.folder, "oidc-token");
    await writeFile(file, `${await world.oidcToken()}\n`);
    const config = { ...account(world), "yandex:oidcTokenFile": file };
    const { api } = world.caller({ config });
    await api.caller.token();
    await writeFile(file, await world.iam.oidcToken({ ...CLAIMS, subject: "somebody else" }));
    world.time += 13 * 60 * MINUTE_MS;
    await assert.rejects(api.caller.token(), /^IamKeysError: The token exchange was refused: /);
  });

  test("a refusal says what the OIDC token claims, and does not show it", async () => {
    await using world = await startCallerWorld();
    const CLOUD_TOKEN = await world.iam.oidcToken({ ...CLAIMS, subject: "repo:acme/other" });
    const message = await errorOf(world, {
      config: { ...account(world), "yandex:oidcTokenVariable": "CLOUD_TOKEN" },
      environment: { CLOUD_TOKEN },
    });
    assert.match(message, /^The token exchange was refused: subject_token: .*\[INVALID_ARGUMENT, HTTP 400\]/);
    assert.ok(
      message.includes(
        `Service account ${world.iam.serviceAccountId} needs a federated credential for exactly what the OIDC token says: issuer ${world.iam.url}, subject repo:acme/other, audience ${CLAIMS.audience}, ends at 2`,
      ),
      message,
    );
    assert.ok(!message.includes(CLOUD_TOKEN));
  });

  const refused: Readonly<
    Record<string, { settings: (world: CallerWorld) => Settings; message: RegExp | string }>
  > = {
    "no OIDC token anywhere": {
      settings: (world) => ({ config: account(world) }),
      message:
        "There is no OIDC token to exchange for one of the service account. [INVALID_CONFIG] Set yandex:oidcTokenFile or yandex:oidcTokenVariable (in GitLab, a name under id_tokens), or give the job of GitHub Actions the permission `id-token: write`.",
    },
    "a request URL of GitHub without its token": {
      settings: (world) => ({
        config: account(world),
        environment: { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.example.net/" },
      }),
      message: /^There is no OIDC token to exchange/,
    },
    "a request URL that would send the token in the clear": {
      settings: (world) => ({
        config: account(world),
        environment: {
          ACTIONS_ID_TOKEN_REQUEST_URL: "http://github.example.net/?a=b",
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
        },
      }),
      message: /^environment variable ACTIONS_ID_TOKEN_REQUEST_URL must begin with https:\/\//,
    },
    "a file and a variable": {
      settings: (world) => ({
        config: { ...account(world), "yandex:oidcTokenFile": "a", "yandex:oidcTokenVariable": "B" },
      }),
      message: /^yandex:oidcTokenFile and yandex:oidcTokenVariable are both set/,
    },
    "an audience for a token that is there": {
      settings: (world) => ({
        config: { ...account(world), "yandex:oidcTokenVariable": "B" },
        environment: { YC_OIDC_AUDIENCE: "x" },
      }),
      message:
        /^stack config yandex:oidcTokenVariable and environment variable YC_OIDC_AUDIENCE are both set, but the token/,
    },
    "a file that is not there": {
      settings: (world) => ({ config: { ...account(world), "yandex:oidcTokenFile": "/no/such/file" } }),
      message:
        /^The OIDC token file that stack config yandex:oidcTokenFile names cannot be read \(ENOENT\)\./,
    },
    "a file that holds no token": {
      settings: (world) => ({ config: { ...account(world), "yandex:oidcTokenFile": process.execPath } }),
      message: /^The file of stack config yandex:oidcTokenFile is not an OIDC token: it holds characters/,
    },
    "a variable that is not set": {
      settings: (world) => ({ config: { ...account(world), "yandex:oidcTokenVariable": "CLOUD_TOKEN" } }),
      message:
        /^stack config yandex:oidcTokenVariable names the environment variable CLOUD_TOKEN, which is not set\./,
    },
    "an id that is none": {
      settings: () => ({ config: { "yandex:federatedServiceAccountId": "my account" } }),
      message: /^stack config yandex:federatedServiceAccountId must be the id of a service account\./,
    },
    "an OIDC token without a service account": {
      settings: () => ({ environment: { YC_OIDC_TOKEN_VARIABLE: "CLOUD_TOKEN", YC_TOKEN: "t1.a" } }),
      message:
        /^environment variable YC_OIDC_TOKEN_VARIABLE is set without yandex:federatedServiceAccountId\./,
    },
  };
  for (const [name, { settings, message }] of Object.entries(refused)) {
    test(`${name} is refused before any request`, async () => {
      await using world = await startCallerWorld();
      assert.throws(
        () => world.caller(settings(world)),
        (error: Error) => {
          if (typeof message === "string") assert.equal(error.message, message);
          else assert.match(error.message, message);
          return true;
        },
      );
      assert.deepEqual(world.operations(), []);
    });
  }
});
