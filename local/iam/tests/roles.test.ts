import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalIam, RoleBinding } from "../index.ts";
import { startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const paths = {
  Key: "iam/v1/keys",
  AccessKey: "iam/aws-compatibility/v1/accessKeys",
  ApiKey: "iam/v1/apiKeys",
};
type Service = keyof typeof paths;

/** The statuses of a whole life of a key, as the caller lives it. */
async function life(iam: LocalIam, service: Service, token?: string): Promise<number[]> {
  const api = yandex(iam, token);
  const serviceAccountId = iam.serviceAccountId;
  const asAdmin = await yandex(iam, iam.issueToken(iam.addServiceAccount())).post<YandexBody>(
    paths[service],
    {
      json: { serviceAccountId },
    },
  );
  const { id } = asAdmin.body.key ?? asAdmin.body.accessKey ?? asAdmin.body.apiKey;
  const answers = [
    await api.post(paths[service], { json: { serviceAccountId } }),
    await api.get(paths[service], { searchParams: { serviceAccountId } }),
    await api.get(`${paths[service]}/${id}`),
    await api.patch(`${paths[service]}/${id}`, { json: { updateMask: "description", description: "x" } }),
    await api.delete(`${paths[service]}/${id}`),
  ];
  return answers.map(({ statusCode }) => statusCode);
}

const all = [200, 200, 200, 200, 200];
const none = [403, 403, 403, 403, 403];
const looking = [403, 200, 200, 403, 403];
const rights: Partial<Record<RoleBinding["role"], Record<Service, number[]>>> = {
  "iam.serviceAccounts.user": { Key: none, AccessKey: none, ApiKey: none },
  "iam.serviceAccounts.accessKeyAdmin": { Key: none, AccessKey: all, ApiKey: none },
  "iam.serviceAccounts.authorizedKeyAdmin": { Key: all, AccessKey: none, ApiKey: none },
  "iam.serviceAccounts.keyAdmin": { Key: all, AccessKey: all, ApiKey: all },
  "iam.viewer": { Key: looking, AccessKey: looking, ApiKey: looking },
  "iam.serviceAccounts.apiKeyAdmin": { Key: none, AccessKey: none, ApiKey: all },
};

for (const [role, expected] of Object.entries(rights) as [RoleBinding["role"], Record<Service, number[]>][]) {
  test(`${role} allows what it is for, and nothing else`, async (t) => {
    const iam = await startForTest(t, { rsaKeyPool: 1 });
    const robot = iam.addServiceAccount();
    iam.setRoles(robot, [{ role, on: iam.serviceAccountId }]);
    for (const service of ["Key", "AccessKey", "ApiKey"] as const) {
      assert.deepEqual(await life(iam, service, iam.issueToken(robot)), expected[service], service);
    }
  });
}

test("a role holds for what it was given on: one account, or all of the folder", async (t) => {
  const iam = await startForTest(t);
  const role = "iam.serviceAccounts.accessKeyAdmin";
  const other = iam.addServiceAccount();
  const create = async (serviceAccountId: string) => {
    const { statusCode, body } = await yandex(iam).post<YandexBody>(paths.AccessKey, {
      json: { serviceAccountId },
    });
    return [statusCode, body.code];
  };
  iam.setRoles(iam.callerId, [{ role, on: other }]);
  assert.deepEqual(await create(other), [200, undefined]);
  assert.deepEqual(await create(iam.serviceAccountId), [403, 7]);
  iam.setRoles(iam.callerId, [{ role }]);
  assert.deepEqual(await create(iam.serviceAccountId), [200, undefined]);
  iam.setRoles(iam.callerId, [{ role, on: "another-folder" }]);
  assert.deepEqual(await create(other), [403, 7]);
  iam.setRoles(iam.callerId, []);
  assert.deepEqual(await create(other), [403, 7]);
});

test("a service account needs a role for itself too", async (t) => {
  const iam = await startForTest(t);
  const own = async () =>
    (await yandex(iam, iam.issueToken(iam.serviceAccountId)).post(paths.AccessKey, { json: {} })).statusCode;
  assert.equal(await own(), 200, "an administrator until it is given roles");
  iam.setRoles(iam.serviceAccountId, []);
  assert.equal(await own(), 403);
});

test("service accounts are seen by their users, and made and deleted by their administrators", async (t) => {
  const iam = await startForTest(t);
  const api = yandex(iam);
  const accounts = "iam/v1/serviceAccounts";
  const statuses = async (...roles: RoleBinding["role"][]) => {
    const doomed = iam.addServiceAccount();
    iam.setRoles(
      iam.callerId,
      roles.map((role) => ({ role })),
    );
    const { folderId } = iam;
    const name = `made-${iam.requests.length}`;
    return [
      (await api.get(accounts, { searchParams: { folderId } })).statusCode,
      (await api.get(`${accounts}/${doomed}`)).statusCode,
      (await api.post(accounts, { json: { folderId, name } })).statusCode,
      (await api.delete(`${accounts}/${doomed}`)).statusCode,
    ];
  };
  assert.deepEqual(await statuses("iam.serviceAccounts.user"), [200, 200, 403, 403]);
  assert.deepEqual(await statuses("iam.serviceAccounts.admin"), [200, 200, 200, 200]);
  assert.deepEqual(await statuses("iam.serviceAccounts.keyAdmin"), [403, 403, 403, 403]);
});

test("a token for a service account is for its token creators", async (t) => {
  const iam = await startForTest(t);
  const impersonate = async () => {
    const { statusCode } = await yandex(iam).post("iam/v1/tokens:createForServiceAccount", {
      json: { serviceAccountId: iam.serviceAccountId },
    });
    return statusCode;
  };
  iam.setRoles(iam.callerId, [{ role: "iam.serviceAccounts.keyAdmin" }]);
  assert.equal(await impersonate(), 403);
  iam.setRoles(iam.callerId, [{ role: "iam.serviceAccounts.tokenCreator", on: iam.serviceAccountId }]);
  assert.equal(await impersonate(), 200);
});

test("roles and policies that make no sense are refused", async (t) => {
  const iam = await startForTest(t);
  assert.throws(() => iam.setRoles("ajenobody", []), /no service account "ajenobody"/);
  assert.throws(() => iam.setRoles(iam.callerId, [{ role: "owner" } as unknown as RoleBinding]));
  const post = (path: string, json: object) =>
    yandex(iam).post(`_local/${path}`, { json }).json<{ message?: string }>();
  await post("roles", { subjectId: iam.callerId, roles: [] });
  assert.equal((await yandex(iam).get(`iam/v1/serviceAccounts/${iam.serviceAccountId}`)).statusCode, 403);
  assert.match((await post("policies", { userName: "nobody", policy: {} })).message ?? "", /Version/);
});
