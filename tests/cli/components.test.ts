import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { yandex } from "./support/classes.ts";
import type { CliStack } from "./support/cliStack.ts";
import { Stand } from "./support/stand.ts";

interface SiteArgs {
  readonly serviceAccountId: string;
  /** What the keys were called, or where they were, before. */
  readonly aliases?: pulumi.Alias[];
}

/** A component as people write it: two keys, of which one rotates. */
class Site extends pulumi.ComponentResource {
  constructor(
    name: string,
    { serviceAccountId, aliases = [] }: SiteArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("test:index:Site", name, {}, opts);
    const below = { parent: this, aliases };
    const uploads = new yandex.StaticAccessKey("uploads", { serviceAccountId }, below);
    const rotate = { every: "30d" };
    const downloads = new yandex.RotatingStaticAccessKey("downloads", { serviceAccountId, rotate }, below);
    this.registerOutputs({ accessKeyIds: [uploads.accessKeyId, downloads.accessKeyId] });
  }
}

/** A second run has nothing to do, and no key depends on what the program did not pass to it. */
async function assertSettled(stack: CliStack): Promise<void> {
  assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
  for (const { urn, propertyDependencies = {}, type } of await stack.resources()) {
    if (!/^(pulumi-nodejs:dynamic\/iam-keys\/|iam-keys:)/.test(type)) continue;
    for (const [property, urns] of Object.entries(propertyDependencies as object))
      assert.deepEqual(urns, [], `${property} of ${urn}`);
  }
}

describe("components", () => {
  test("several keys in one, and the same names beside it and in a component of another type", async () => {
    class Region extends pulumi.ComponentResource {
      constructor(name: string, args: SiteArgs) {
        super("test:index:Region", name);
        new Site("site-of-region", args, { parent: this });
        new yandex.StaticAccessKey("logs", args, { parent: this });
        // It registers no outputs, which is allowed.
      }
    }
    await using stand = await Stand.create((serviceAccountId) => () => {
      new Site("site", { serviceAccountId });
      new Region("region", { serviceAccountId });
      new yandex.StaticAccessKey("uploads", { serviceAccountId });
    });
    const { stack } = stand;
    await stack.up();
    const names = Object.keys(stand.owners()).map((owner) => owner.replace(/@.*/, "@"));
    assert.deepEqual(names.sort(), [
      "things/dev/downloads@",
      "things/dev/downloads@",
      "things/dev/logs@",
      "things/dev/uploads",
      "things/dev/uploads@",
      "things/dev/uploads@",
    ]);
    await assertSettled(stack);
    await stack.destroy();
    assert.deepEqual(stand.owners(), {});
  });

  test("two of one class, whose keys have names of their own", async () => {
    class Named extends pulumi.ComponentResource {
      constructor(name: string, { serviceAccountId }: SiteArgs) {
        super("test:index:Named", name);
        new yandex.StaticAccessKey(`${name}-uploads`, { serviceAccountId }, { parent: this });
        new yandex.RotatingStaticAccessKey(`${name}-downloads`, { serviceAccountId }, { parent: this });
      }
    }
    await using stand = await Stand.create((serviceAccountId) => () => {
      new Named("north", { serviceAccountId });
      new Named("south", { serviceAccountId });
    });
    const { stack, serviceAccountId } = stand;
    await stack.up();
    assert.equal(stand.ids().length, 4);
    await assertSettled(stack);
    const before = stand.ids();
    stand.become(() => {
      new Named("south", { serviceAccountId });
    });
    await stack.up();
    assert.deepEqual(
      stand.ids(),
      before.filter((id) => stand.ids().includes(id)),
    );
    assert.equal(stand.ids().length, 2);
    assert.ok(Object.keys(stand.owners()).every((owner) => owner.startsWith("things/dev/south-")));
  });
});

describe("keys that move", () => {
  const loose =
    (serviceAccountId: string, aliases: pulumi.Alias[] = []) =>
    () => {
      const rotate = { every: "30d" };
      new yandex.StaticAccessKey("uploads", { serviceAccountId }, { aliases });
      new yandex.RotatingStaticAccessKey("downloads", { serviceAccountId, rotate }, { aliases });
    };

  test("into a component and out of it: each keeps its id, and its tag follows", async () => {
    await using stand = await Stand.create((serviceAccountId) => loose(serviceAccountId));
    const { stack, serviceAccountId } = stand;
    await stack.up();
    const before = stand.ids();
    const atFirst = stand.owners();
    stand.become(() => {
      new Site("site", { serviceAccountId, aliases: [{ parent: pulumi.rootStackResource }] });
    });
    assert.deepEqual(await stack.up(), { create: 1, update: 2 });
    assert.deepEqual(stand.ids(), before);
    assert.ok(Object.keys(stand.owners()).every((owner) => owner.includes("@")));
    await assertSettled(stack);
    const parent = (await stack.resource("site")).urn;
    stand.become(loose(serviceAccountId, [{ parent }]));
    assert.deepEqual(await stack.up(), { delete: 1, update: 2 });
    assert.deepEqual(stand.owners(), atFirst);
    await assertSettled(stack);
  });

  test("a resource that is renamed", async () => {
    const named = (serviceAccountId: string, suffix: string, aliases: pulumi.Alias[]) => () => {
      const alias = (name: string) => ({ aliases: aliases.length > 0 ? [{ name }] : [] });
      new yandex.StaticAccessKey(`uploads${suffix}`, { serviceAccountId }, alias("uploads"));
      new yandex.RotatingStaticAccessKey(`downloads${suffix}`, { serviceAccountId }, alias("downloads"));
    };
    await using stand = await Stand.create((serviceAccountId) => named(serviceAccountId, "", []));
    const { stack, serviceAccountId } = stand;
    await stack.up();
    const before = stand.ids();
    stand.become(named(serviceAccountId, "-2", [{}]));
    assert.deepEqual(await stack.up(), { update: 2 });
    assert.deepEqual(stand.ids(), before);
    assert.deepEqual(Object.keys(stand.owners()).sort(), ["things/dev/downloads-2", "things/dev/uploads-2"]);
    await assertSettled(stack);
  });

  test("a component that is renamed, or becomes one of another type", async () => {
    class Other extends pulumi.ComponentResource {
      constructor(name: string, { serviceAccountId }: SiteArgs, opts: pulumi.ComponentResourceOptions) {
        super("test:index:Other", name, {}, opts);
        new yandex.StaticAccessKey("uploads", { serviceAccountId }, { parent: this });
        new yandex.RotatingStaticAccessKey(
          "downloads",
          { serviceAccountId, rotate: { every: "30d" } },
          { parent: this },
        );
      }
    }
    await using stand = await Stand.create((serviceAccountId) => () => {
      new Site("site", { serviceAccountId });
    });
    const { stack, serviceAccountId } = stand;
    await stack.up();
    const before = stand.ids();
    const atFirst = stand.owners();
    stand.become(() => {
      new Site("place", { serviceAccountId }, { aliases: [{ name: "site" }] });
    });
    await stack.up();
    assert.deepEqual(stand.owners(), atFirst);
    await assertSettled(stack);
    stand.become(() => {
      new Other("place", { serviceAccountId }, { aliases: [{ type: "test:index:Site" }] });
    });
    await stack.up();
    assert.deepEqual(stand.ids(), before);
    assert.notDeepEqual(stand.owners(), atFirst);
    await assertSettled(stack);
  });
});
