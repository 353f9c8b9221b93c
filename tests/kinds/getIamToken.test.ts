import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { startLocalIam } from "../../local/iam/index.ts";
import { iamTokenFor } from "../../provider/programTokens.ts";
import { yandex } from "../../sdk/index.ts";

const resolved = (output: pulumi.Output<string>) =>
  (output as unknown as { promise(): Promise<string> }).promise();

test("getIamToken gives a program a token that works, as a secret, with one request a run and account", async () => {
  await using iam = await (async () => {
    const server = await startLocalIam();
    return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
  })();
  pulumi.runtime.setAllConfig({
    "yandex:endpoint": iam.url,
    "yandex:token": iam.environment.YC_TOKEN,
  });
  const { serviceAccountId } = iam;
  const tokens = [
    yandex.getIamToken({ serviceAccountId }),
    yandex.getIamToken({ serviceAccountId: pulumi.output(serviceAccountId) }),
  ];
  const [first, second] = await Promise.all(tokens.map(resolved));
  assert.equal(first, second);
  assert.ok((await Promise.all(tokens.map((token) => pulumi.isSecret(token)))).every(Boolean));
  assert.deepEqual(
    iam.requests.map(({ operation }) => operation),
    ["IamToken.createForServiceAccount"],
  );
  const { status } = await fetch(`${iam.url}/iam/v1/serviceAccounts/${serviceAccountId}`, {
    headers: { authorization: `Bearer ${first}` },
  });
  assert.equal(status, 200);

  for (const wrong of ["", "a".repeat(51)]) {
    await assert.rejects(iamTokenFor(wrong, {}), /serviceAccountId must be a text of 1 to 50 characters/);
  }
});
