import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { CreateAccessKeyCommand, IAMClient } from "@aws-sdk/client-iam";
import got, { type Got } from "got";
import { type LocalIam, type LocalIamOptions, startLocalIam } from "../index.ts";

/** Starts a server which ends with the test. */
export async function startForTest(t: TestContext, options?: LocalIamOptions): Promise<LocalIam> {
  const iam = await startLocalIam(options);
  t.after(() => iam.close());
  return iam;
}

/** A clock that a test moves by hand. It starts at a whole second, now. */
export function manualClock() {
  let time = Math.floor(Date.now() / 1000) * 1000;
  return {
    now: () => new Date(time),
    advance(ms: number): void {
      time += ms;
    },
  };
}

/** Calls Yandex Cloud IAM with this bearer token: the administrator's unless said otherwise. Errors are answers; nothing is tried again. */
export function yandex(iam: LocalIam, token = iam.environment.YC_TOKEN): Got {
  return got.extend({
    prefixUrl: iam.url,
    headers: { authorization: `Bearer ${token}` },
    responseType: "json",
    throwHttpErrors: false,
    retry: { limit: 0 },
  });
}

/** The real AWS SDK, with this key: the administrator's unless said otherwise. */
export function aws(
  t: TestContext,
  iam: LocalIam,
  credentials = {
    accessKeyId: iam.environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: iam.environment.AWS_SECRET_ACCESS_KEY,
  },
): IAMClient {
  const client = new IAMClient({ endpoint: iam.url, region: "us-east-1", credentials, maxAttempts: 1 });
  t.after(() => client.destroy());
  return client;
}

/** Makes an access key of this user. */
export async function awsKeyOf(
  t: TestContext,
  iam: LocalIam,
  userName: string,
): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  const { AccessKey } = await aws(t, iam).send(new CreateAccessKeyCommand({ UserName: userName }));
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? assert.fail("no id"),
    secretAccessKey: AccessKey?.SecretAccessKey ?? assert.fail("no secret"),
  };
}
