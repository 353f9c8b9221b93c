/** Makes a key and deletes it again with what was installed alone, and looks whether `import` and `require` give the same classes. */
const lifeOfAKey = (imported: string, required: string) => `
  async function lifeOfAKey() {
    const iam = await startLocalIam();
    Object.assign(process.env, iam.environment);
    const provider = handler("yandex:StaticAccessKey");
    await provider.configure({ config: { get: () => undefined } });
    const owner = { owner: "project/stack/uploads", serviceAccountId: iam.serviceAccountId };
    const { inputs } = await provider.check({}, owner);
    const { id, outs } = await provider.create(inputs);
    const count = () => iam.keys().filter((key) => key.id === id).length;
    const made = count();
    await provider.delete(id, outs);
    const left = count();
    await iam.close();
    const [imported, required] = [${imported}, ${required}];
    const isOneClass =
      imported.yandex.StaticAccessKey === required.yandex.StaticAccessKey &&
      required.aws.AccessKey.prototype instanceof pulumi.dynamic.Resource;
    console.log(JSON.stringify({ made, left, isOneClass }));
  }
  lifeOfAKey();
`;

export const ES_MODULE_PROGRAM = `
  import { createRequire } from "node:module";
  import * as pulumi from "@pulumi/pulumi";
  import { aws, yandex } from "pulumi-iam-keys";
  import { handler } from "pulumi-iam-keys/dynamic";
  import { startLocalIam } from "pulumi-iam-keys/local/iam";
  ${lifeOfAKey("{ aws, yandex }", `createRequire(import.meta.url)("pulumi-iam-keys")`)}
`;

export const COMMON_JS_PROGRAM = `
  const pulumi = require("@pulumi/pulumi");
  const { aws, yandex } = require("pulumi-iam-keys");
  const { handler } = require("pulumi-iam-keys/dynamic");
  const { startLocalIam } = require("pulumi-iam-keys/local/iam");
  ${lifeOfAKey(`await import("pulumi-iam-keys")`, "{ aws, yandex }")}
`;
