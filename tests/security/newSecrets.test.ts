import assert from "node:assert/strict";
import { test } from "node:test";
import { startForTest } from "../../local/iam/tests/startForTest.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { startEchoServer } from "./support/echoServer.ts";
import { assertHides } from "./support/exposure.ts";

/** The ways in which a server may repeat what it got. */
const SPELLINGS: Readonly<Record<string, (asked: string) => string>> = {
  "as it came": (asked) => asked,
  "in a URL": encodeURIComponent,
  "in base64": (asked) => Buffer.from(asked).toString("base64"),
};

const lockbox = (name: string) => ({ outputToLockbox: { secretId: "e6q", [`entryFor${name}`]: "key" } });
const CASES: Readonly<Record<string, Properties>> = {
  "yandex:ServiceAccountKey": lockbox("PrivateKey"),
  "yandex:StaticAccessKey": lockbox("SecretAccessKey"),
  "yandex:ApiKey": lockbox("Secret"),
  "aws:AccessKey": { outputToSecretsManager: { secretId: "uploads" } },
};

for (const [kind, delivery] of Object.entries(CASES)) {
  for (const type of [kind, kind.replace(":", ":Rotating")]) {
    for (const [how, spelled] of Object.entries(SPELLINGS)) {
      test(`a place that refuses the secret of a new ${type}, and repeats it ${how}, shows it to nobody`, async (t) => {
        const iam = await startForTest(t);
        await using server = await startEchoServer();
        const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, YC_TOKEN } = iam.environment;
        const seen: string[] = [];
        server.instead = (asked) => void seen.push(asked);
        server.echo = {
          status: 400,
          body: (asked) =>
            JSON.stringify({
              ...(kind.startsWith("aws:") ? { __type: "InvalidRequestException" } : { code: 3 }),
              message: `echo: ${spelled(asked)}`,
            }),
        };
        const config = {
          "yandex:endpoint": iam.url,
          "yandex:lockboxEndpoint": server.url,
          "yandex:token": YC_TOKEN,
          "aws:accessKey": AWS_ACCESS_KEY_ID,
          "aws:secretKey": AWS_SECRET_ACCESS_KEY,
          "aws:region": "eu-central-1",
          "aws:endpoints": JSON.stringify({ iam: iam.url, sts: iam.url, secretsmanager: server.url }),
        };
        const ports = fakePorts({ config });
        const lifecycle = await loadLifecycle(type, new Session(ports));
        const account = kind.startsWith("aws:")
          ? { userName: iam.userName }
          : { serviceAccountId: iam.serviceAccountId };
        const failure = await lifecycle
          .create({ ...account, ...delivery, owner: "project/stack/uploads" })
          .then(() => assert.fail("it is to fail"), String);
        assert.match(failure, /echo: /);
        const sent = seen.join();
        const secrets = iam.secrets().filter((secret) => sent.includes(JSON.stringify(secret).slice(1, -1)));
        const told = JSON.stringify([failure, ports.warnings]);
        assertHides(told, iam.secrets(), how);
        assert.ok(secrets.length > 0, "it was there to be repeated");
        for (const secret of secrets)
          for (const part of [secret.slice(4, 28), Buffer.from(secret).toString("base64").slice(4, 28)])
            assert.ok(!told.includes(part), part);
      });
    }
  }
}
