import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import * as z from "zod";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { awsClientConfig } from "../../provider/auth/awsCaller.ts";
import { handler } from "../../provider/dynamic.ts";
import { IamKeysError, PartialFailure, UnusableKey } from "../../provider/errors.ts";
import { loadKind } from "../../provider/kinds/index.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { LeftOver, unfinished } from "../../provider/lifecycle/makeKey.ts";
import { OwnKeys } from "../../provider/lifecycle/ownKeys.ts";
import { Rotation } from "../../provider/lifecycle/rotation.ts";
import { SystemPorts } from "../../provider/ports.ts";
import { keepSecret } from "../../provider/redact.ts";
import { Session } from "../../provider/session.ts";
import { allThatPrints, assertHides, secretsIn } from "./support/exposure.ts";

const PASSWORD = "canary-password-of-the-proxy-61";
const NO_STRANGERS = { overlap: "24h", grace: "24h", unlessUsedWithin: undefined, undo: false };

describe("no object of the provider shows a secret it holds", () => {
  const environment = { ...process.env };
  let iam: LocalIam;
  let config: Record<string, string>;
  let session: Session;
  let secrets: string[];

  /** A session that has logged in to both clouds and made a key with each of its callers. */
  before(async () => {
    iam = await startLocalIam({ rsaKeyPool: 1 });
    const key = await iam.serviceAccountKeyFile(iam.serviceAccountId);
    config = {
      "yandex:endpoint": iam.url,
      "yandex:serviceAccountKeyFile": JSON.stringify(key),
      "aws:accessKey": iam.environment.AWS_ACCESS_KEY_ID,
      "aws:secretKey": iam.environment.AWS_SECRET_ACCESS_KEY,
    };
    process.env = {
      ...environment,
      ...iam.environment,
      NO_PROXY: "127.0.0.1",
      HTTPS_PROXY: `http://me:${PASSWORD}@proxy.example:3128`,
    };
    session = new Session(new SystemPorts((name) => config[name]));
    for (const type of ["yandex:ServiceAccountKey", "yandex:RotatingStaticAccessKey"]) {
      await (await loadLifecycle(type, session)).create({ serviceAccountId: iam.serviceAccountId });
    }
    const userName = iam.userName;
    await (await loadLifecycle("aws:RotatingAccessKey", session)).create({ userName });
    secrets = [...new Set([...iam.secrets(), PASSWORD])];
  });
  after(async () => {
    process.env = environment;
    await iam.close();
  });

  test("the means of this test see what is in an object", () => {
    const seen = (value: unknown) => secretsIn(allThatPrints(value), secrets).length;
    assert.equal(seen({ ports: { deep: { in: { it: [iam.environment.YC_TOKEN] } } } }), 1);
    assert.equal(seen(Object.defineProperty({}, "hidden", { value: secrets[0] })), 1);
    assert.equal(
      seen(
        new (class {
          get it() {
            return secrets[0];
          }
        })(),
      ),
      1,
    );
    assert.equal(seen(new Error("x", { cause: new Error("y", { cause: { it: secrets[0] } }) })), 1);
    assert.equal(seen(Buffer.from(String(secrets[0])).toString("base64")), 1);
    assert.equal(seen({ ...process.env }), 3, "the token, the AWS key and the proxy's password");
  });

  test("session, clients and callers", () => {
    for (const [name, value] of Object.entries({
      session,
      ports: session.ports,
      yandex: session.yandex,
      caller: session.yandex.caller,
      aws: session.aws,
      all: { session, list: [session] },
    })) {
      assertHides(value, secrets, name);
    }
    assert.equal(inspect(session), "Session");
    assert.equal(JSON.stringify({ session }), '{"session":"Session"}');
  });

  test("what the AWS clients are made with", () => {
    const { requestHandler: _, ...settings } = awsClientConfig(session.ports);
    assertHides(settings, secrets, "the configuration");
    assert.ok(allThatPrints(settings).includes("us-east-1"));
  });

  test("front door, lifecycles and the keys of a resource", async () => {
    const provider = handler("yandex:StaticAccessKey");
    await provider.configure({ config: { get: (name: string) => config[name] } } as never);
    assertHides(provider, secrets, "the handler");
    const type = "yandex:RotatingStaticAccessKey";
    const lifecycle = await loadLifecycle(type, session);
    const { outputs } = await lifecycle.create({ serviceAccountId: iam.serviceAccountId });
    const made = [...new Set(iam.secrets())];
    assert.equal(secretsIn(JSON.stringify(outputs), made).length, 1, "the outputs do hold the secret");
    // A schema is the same for all, and has so many getters that printing it takes long.
    const kind = { ...(await loadKind("yandex:StaticAccessKey")), inputs: z.strictObject({}) };
    Object.defineProperty(kind.inputs, inspect.custom, { value: () => "schema" });
    const own = new OwnKeys(type, kind, session, outputs, outputs);
    const rotation = new Rotation(own, outputs, outputs, NO_STRANGERS);
    assert.deepEqual(rotation.state.current, outputs.current);
    for (const [name, value] of Object.entries({ lifecycle, own, kind, rotation }))
      assertHides(value, made, name);
  });

  test("errors that carry what the state must keep", () => {
    const properties = { secretAccessKey: secrets[0], current: { privateKey: secrets[1] } };
    const failure = unfinished("id", properties, new IamKeysError("CONFLICT", "It failed."));
    assert.ok(failure instanceof PartialFailure);
    assert.equal(failure.properties, properties, "the engine gets them");
    assertHides(failure, secrets, "the failure");
    assertHides(new Error("outer", { cause: failure }), secrets, "its cause");
    assertHides(new AggregateError([failure], "several"), secrets, "one of several");
    assert.match(inspect(failure), /PartialFailure: It failed\. \[CONFLICT\]/);
    failure.stack = "";
    assert.equal(inspect(failure), "PartialFailure: It failed. [CONFLICT]");
  });

  test("errors whose every part comes from a server", () => {
    const secret = "canary-in-an-error-of-a-server";
    keepSecret(secret);
    const said = `it said ${secret}`;
    const error = new IamKeysError("CONFLICT", said, { status: 409, requestIds: [said], hint: said });
    for (const each of [error, new UnusableKey("id", error), new LeftOver("id", error.message)]) {
      assertHides(each, [secret], each.name);
    }
    assert.deepEqual([error.hint, error.requestIds], ["it said [secret]", ["it said [secret]"]]);
  });
});
