import assert from "node:assert/strict";
import { test } from "node:test";
import { startForTest } from "../../local/iam/tests/startForTest.ts";
import { type Properties, providerOf, startDynamicProvider } from "../support/dynamicProvider.ts";

const __provider = providerOf("aws:AccessKey");

test("calls on one AWS user come one after the other, on different users side by side", async (t) => {
  const iam = await startForTest(t);
  await using provider = await startDynamicProvider({ environment: { ...iam.environment } });
  const [one, two, three] = ["one", "two", "three"].map((name) => iam.addUser(name));
  const create = (userName: string | undefined) =>
    provider.create({ __provider, userName: userName ?? assert.fail(), verify: false });
  const created = () => iam.requests.filter(({ operation }) => operation === "aws:CreateAccessKey").length;
  const old = await create(three);

  iam.fail({ operation: "aws:CreateAccessKey", times: 3, fault: { pause: "before" } });
  const made = [create(one), create(one), create(two)];
  const held = [await iam.held(), await iam.held()];
  // Whoever else has something to do need not wait.
  assert.equal((await provider.read(old.id, old.outputs)).id, old.id);
  assert.equal(created(), 3);
  for (const request of held) request.release();
  (await iam.held()).release();
  const ids = (await Promise.all(made)).map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
});

test("who reads keys of one AWS user at the same time shares a list, which no write outdates", async (t) => {
  const iam = await startForTest(t);
  await using provider = await startDynamicProvider({ environment: { ...iam.environment } });
  const inputs: Properties = { __provider, userName: iam.userName, verify: false };
  const keys = [await provider.create(inputs), await provider.create(inputs)];
  const lists = () => iam.requests.filter(({ operation }) => operation === "aws:ListAccessKeys").length;

  let before = lists();
  const read = () => Promise.all(keys.map(({ id, outputs }) => provider.read(id, outputs)));
  await read();
  assert.equal(lists() - before, 1);
  const [first] = keys;
  await provider.update(first?.id ?? "", first?.outputs ?? {}, { ...inputs, status: "Inactive" });
  before = lists();
  const [changed] = await read();
  assert.equal(changed?.outputs.status, "Inactive");
  assert.equal(lists() - before, 1);
});
