import { yandex } from "../../sdk/index.ts";
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
  outputs: ["serviceAccountId", "createdAt", "description", "accessKeyId", "secretAccessKey"],
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
