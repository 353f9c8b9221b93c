import assert from "node:assert/strict";
import { test } from "node:test";
import { startForTest } from "../../local/iam/tests/startForTest.ts";
import { awsError, didNothing } from "../../provider/api/awsError.ts";

import { AwsIam } from "../../provider/api/awsIam.ts";
import { YandexIam } from "../../provider/api/yandexIam.ts";
import { fakePorts } from "../support/fakePorts.ts";

const subject = { service: "iam", name: "user mailer" } as const;
const MINUTE_MS = 60_000;

test("an endpoint of AWS that has no name, or where nobody listens, is named, and nothing was done", () => {
  const failures = [
    [
      {
        code: "ENOTFOUND",
        hostname: "iam.amazonaws.com",
        message: "getaddrinfo ENOTFOUND iam.amazonaws.com",
      },
      "ListAccessKeys got no answer: no name server knows iam.amazonaws.com (ENOTFOUND). [CONNECTION_FAILED] Check that this machine is online, and the endpoint for a typing error, then run again.",
    ],
    [
      { code: "ECONNREFUSED", address: "127.0.0.1", port: 9, message: "connect ECONNREFUSED 127.0.0.1:9" },
      "ListAccessKeys got no answer: nothing listens at 127.0.0.1:9 (ECONNREFUSED). [CONNECTION_REFUSED] Check the endpoint, the network and the proxy settings, then run again.",
    ],
  ] as const;
  for (const [failure, message] of failures) {
    const error = awsError("ListAccessKeys", subject, Object.assign(new Error(failure.message), failure));
    assert.equal(error.message, message);
    assert.ok(didNothing(error));
  }
  const cut = awsError("CreateAccessKey", subject, { name: "TimeoutError", code: "ECONNRESET" });
  assert.equal(cut.code, "CONNECTION_FAILED");
  assert.ok(!didNothing(cut), "a request that was cut off may have worked");
});

test("a signature that is refused because of the clock: how far it is off", () => {
  const refused = (name: string, offMs: number) => ({
    name,
    message: "no",
    $metadata: { httpStatusCode: 403 },
    $response: { headers: { date: new Date(Date.now() - offMs).toUTCString() } },
  });
  const hint = (name: string, offMs: number) => awsError("GetUser", subject, refused(name, offMs)).hint ?? "";
  assert.match(hint("SignatureDoesNotMatch", -10 * MINUTE_MS), /^This machine's clock is 10 minutes behind/);
  assert.match(hint("RequestExpired", 20 * MINUTE_MS), /^This machine's clock is 20 minutes ahead of/);
  assert.match(hint("SignatureDoesNotMatch", 0), /^AWS does not accept the caller's own credentials\. /);
  assert.match(hint("InvalidClientTokenId", 20 * MINUTE_MS), /^AWS does not accept/);
});

test("a clock that is off is named by Yandex Cloud's refusal; the SDK of AWS goes by the server's", async (t) => {
  const iam = await startForTest(t, { now: () => new Date(Date.now() - 10 * MINUTE_MS) });
  const keyFile = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const ports = fakePorts({
    config: {
      "yandex:endpoint": iam.url,
      "yandex:serviceAccountKeyFile": JSON.stringify(keyFile),
      "aws:endpoints": JSON.stringify([{ iam: iam.url, sts: iam.url }]),
      "aws:accessKey": iam.environment.AWS_ACCESS_KEY_ID,
      "aws:secretKey": iam.environment.AWS_SECRET_ACCESS_KEY,
    },
  });
  await assert.rejects(
    new YandexIam(ports).caller.token(),
    /This machine's clock is 10 minutes ahead of the server's/,
  );
  await new AwsIam(ports).createAccessKey(iam.userName, () => false);
});
