import assert from "node:assert/strict";
import { test } from "node:test";
import { yandex } from "../../sdk/index.ts";
import { providerOf } from "../support/dynamicProvider.ts";
import { startKindWorld } from "../support/kindWorld.ts";
import { statusOfListBuckets } from "../support/signedRequests.ts";
import { everyKindMust } from "./suite.ts";
import { yandexKeysMust } from "./yandexKeys.ts";

everyKindMust({
  type: "yandex:StaticAccessKey",
  make: (name, args) => new yandex.StaticAccessKey(name, args),
  newOwner: (iam) => iam.addServiceAccount(),
  leastInputs: (serviceAccountId) => ({ serviceAccountId }),
  everyInput: (serviceAccountId) => ({
    serviceAccountId,
    description: "uploads",
    tagDescription: false,
    keepers: { generation: "1" },
    rotate: { every: "90d" },
    verify: false,
  }),
  outputs: ["mark", "serviceAccountId", "createdAt", "description", "accessKeyId", "secretAccessKey"],
  secrets: ["secretAccessKey"],
  createOperation: "AccessKey.create",
  verifyOperation: "s3:ListBuckets",
  deleteOperation: "AccessKey.delete",
  sweep: ["AccessKey.list"],
  replacing: (iam) => ({ serviceAccountId: iam.addServiceAccount(), keepers: { generation: "2" } }),
  inPlace: { property: "description", to: "downloads", operations: ["AccessKey.update"] },
  drift: { patch: { description: "by hand" }, updateOperation: "AccessKey.update" },
  async works(iam, _id, { accessKeyId, secretAccessKey }) {
    const key = { accessKeyId: String(accessKeyId), secretAccessKey: String(secretAccessKey) };
    return (await statusOfListBuckets(iam, key)) === 200;
  },
  omittable: "secret",
  omittedField: /AccessKey\.create .*\bsecret\b/,
  deletableWithoutSecret: true,
});

yandexKeysMust({
  type: "yandex:StaticAccessKey",
  make: (name, args) => new yandex.StaticAccessKey(name, args),
  service: "AccessKey",
  untried: { verify: false },
});

test("yandex:RotatingStaticAccessKey: an outage in the middle of a create is told in its own words", async () => {
  await using world = await startKindWorld();
  const serviceAccountId = world.iam.addServiceAccount();
  const __provider = providerOf("yandex:RotatingStaticAccessKey");
  const news = { __provider, owner: "project/stack/uploads", serviceAccountId };
  const { id, outputs, inputs } = await world.up(news);
  const wanted = await world.provider.check(inputs, { ...news, keepers: { generation: "2" } });
  for (const operation of ["AccessKey.create", "AccessKey.list"])
    world.iam.fail({ operation, times: 9, fault: { status: 500, when: "after" } });
  await assert.rejects(world.provider.update(id, outputs, wanted.inputs), (error: Error) => {
    assert.match(error.message, /It is not known whether a key was made\..*The next run finds out/);
    assert.doesNotMatch(error.message, /unexpected way/);
    return true;
  });
});
