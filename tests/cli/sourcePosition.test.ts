import assert from "node:assert/strict";
import { test } from "node:test";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { startLocalIam } from "../../local/iam/index.ts";
import { realEngine } from "../../tools/engine.ts";

const BODY = `
new yandex.StaticAccessKey("plain", { serviceAccountId });
function rotating() {
  return new yandex.RotatingStaticAccessKey("rotating", { serviceAccountId });
}
rotating();
class Site extends pulumi.ComponentResource {
  constructor(name) {
    super("things:index:Site", name);
    new yandex.StaticAccessKey("of-site", { serviceAccountId }, { parent: this });
  }
}
new Site("site");
`;

const KINDS = {
  "index.js": {
    type: "commonjs",
    text: `const { yandex } = require("pulumi-iam-keys"); const pulumi = require("@pulumi/pulumi");
const serviceAccountId = process.env.SERVICE_ACCOUNT_ID;${BODY}`,
  },
  "index.ts": {
    type: "module",
    text: `import { yandex } from "pulumi-iam-keys"; import * as pulumi from "@pulumi/pulumi";
const serviceAccountId = process.env.SERVICE_ACCOUNT_ID as string;${BODY.replace("(name)", "(name: string)")}`,
  },
};

for (const [main, { type, text }] of Object.entries(KINDS)) {
  test(`the state says in which line of ${main} (${type}) a key is made`, async (t) => {
    const iam = await startLocalIam();
    t.after(() => iam.close());
    const stack = await TestStack.create(t, await realEngine());
    Object.assign(stack.env, iam.environment, { SERVICE_ACCOUNT_ID: iam.serviceAccountId });
    await stack.write(
      "Pulumi.yaml",
      "name: things\nruntime: { name: nodejs, options: { typescript: false } }\n",
    );
    await stack.write("package.json", JSON.stringify({ name: "things", type, main }));
    await stack.write(main, text);
    await stack.up();
    for (const name of ["plain", "rotating", "of-site"]) {
      const { sourcePosition } = await stack.resource(name);
      const line = text.split("\n").findIndex((each) => each.includes(`Key("${name}"`)) + 1;
      assert.match(String(sourcePosition), new RegExp(`^project:///${main}#${line},\\d+$`), name);
    }
  });
}
