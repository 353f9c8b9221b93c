import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

const programText = `
const random = require("@pulumi/random");
const keeper = new (require("@pulumi/pulumi").Config)().get("keeper") ?? "1";
const id = new random.RandomId("id", { byteLength: 4, prefix: "p-", keepers: { keeper } });
const uuid = new random.RandomUuid("uuid");
const password = new random.RandomPassword("password", { length: 24, minSpecial: 4, overrideSpecial: "#" });
const string = new random.RandomString("string", { length: 12, upper: false, special: false });
exports.values = { hex: id.hex, dec: id.dec, url: id.b64Url, uuid: uuid.result, string: string.result };
exports.password = password.result;
`;

const componentText = `
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
class Named extends pulumi.ComponentResource {
  constructor(name) {
    super("test:index:Named", name);
    this.id = new random.RandomId(name, { byteLength: 4 }, { parent: this });
    this.registerOutputs({ id: this.id });
  }
}
new Named("n");
`;

interface Values {
  hex: string;
  dec: string;
  url: string;
  uuid: string;
  string: string;
}

async function valuesOf(stack: TestStack): Promise<{ values: Values; password: string }> {
  const { stdout } = await stack.expect("stack", "output", "--json", "--show-secrets");
  return JSON.parse(stdout) as { values: Values; password: string };
}

describe("the plugin of @pulumi/random", { concurrency: 2 }, () => {
  it("may be an output of a component, in a second run as in the first", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write("index.js", componentText);
    assert.match((await stack.up()).stdout, /\+ 3 created/);
    assert.match((await stack.up()).stdout, /3 unchanged/);
  });

  it("makes values that stay until an input changes", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write("index.js", programText);
    await stack.up();
    const { values, password } = await valuesOf(stack);
    assert.match(values.hex, /^p-[0-9a-f]{8}$/);
    assert.equal(values.dec, `p-${Number.parseInt(values.hex.slice(2), 16)}`);
    assert.equal(Buffer.from(values.url.slice(2), "base64url").toString("hex"), values.hex.slice(2));
    assert.match(values.uuid, /^[0-9a-f-]{36}$/);
    assert.match(values.string, /^[0-9a-z]{12}$/);
    assert.match(password, /^[0-9A-Za-z#]{24}$/);
    assert.ok(password.split("#").length > 4);
    assert.ok(!(await stack.stateText()).includes(password));
    assert.match((await stack.up()).stdout, /5 unchanged/);
    await stack.expect("config", "set", "keeper", "2");
    assert.match((await stack.up()).stdout, /\+-1 replaced/);
    const changed = await valuesOf(stack);
    assert.notEqual(changed.values.hex, values.hex);
    assert.equal(changed.password, password);
    await stack.expect("refresh", "--yes", "--expect-no-changes");
    await stack.expect("destroy", "--yes");
  });

  it("refuses inputs and kinds it cannot serve", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write(
      "index.js",
      'const r = require("@pulumi/random"); new r.RandomPassword("a", { length: 2, minLower: 3 });',
    );
    assert.match((await stack.tryUp()).stdout, /less than the sum of the minimums, 3/);
    await stack.write(
      "index.js",
      'const r = require("@pulumi/random"); new r.RandomShuffle("a", { inputs: ["x"] });',
    );
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /random:index\/randomShuffle:RandomShuffle is not served by the local plugin/);
  });

  it("is missed by name where it is not on the PATH", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write("index.js", programText);
    Object.assign(stack.env, { PATH: "/usr/bin:/bin" });
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /no resource plugin 'pulumi-resource-random' found on the \$PATH/);
  });
});
