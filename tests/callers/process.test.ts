import assert from "node:assert/strict";
import { test } from "node:test";
import { yandex } from "../../sdk/index.ts";
import { startDynamicProvider } from "../support/dynamicProvider.ts";
import { register } from "../support/registration.ts";
import { startCallerWorld } from "./callerWorld.ts";

test("resources of all kinds in a process share one token, whatever the way in", async () => {
  await using world = await startCallerWorld();
  const { serviceAccountId, url } = world.iam;
  await using provider = await startDynamicProvider({
    config: { "yandex:federatedServiceAccountId": serviceAccountId },
    environment: {
      YC_ENDPOINT: url,
      YC_OIDC_TOKEN_VARIABLE: "CLOUD_TOKEN",
      CLOUD_TOKEN: await world.oidcToken(),
    },
  });
  const registered = [
    await register((name) => new yandex.StaticAccessKey(name, { serviceAccountId })),
    await register((name) => new yandex.RotatingStaticAccessKey(name, { serviceAccountId }), {
      id: "id",
      state: { current: { createdAt: "2026-01-01T00:00:00Z" } },
    }),
    await register((name) => new yandex.IamToken(name, { serviceAccountId })),
  ];
  await Promise.all(registered.map(({ registration }) => provider.create(registration.inputs)));
  assert.equal(world.operations().filter((operation) => operation === "oauth:ExchangeToken").length, 1);
  assert.equal(provider.output, "");
});
