import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { startLocalIam } from "../../local/iam/index.ts";
import { VERSION } from "../../provider/version.ts";
import { NativeProvider, urnOf } from "../support/nativeProvider.ts";

describe("the plugin's process", { concurrency: true }, () => {
  test("says who it is and what it has, before it is configured", async () => {
    await using provider = await NativeProvider.start({});
    const info = await provider.call<InstanceType<typeof plugins.PluginInfo>>((client, done) =>
      client.getPluginInfo(new empties.Empty(), done),
    );
    assert.equal(info.getVersion(), VERSION);
    const { schema } = (
      await provider.call<InstanceType<typeof messages.GetSchemaResponse>>((client, done) =>
        client.getSchema(new messages.GetSchemaRequest(), done),
      )
    ).toObject();
    assert.deepEqual(
      JSON.parse(schema),
      JSON.parse(await readFile(new URL("../../schema.json", import.meta.url), "utf8")),
    );
    await assert.rejects(provider.check(urnOf("yandex:ApiKey"), {}, {}), /without configuring it/);
    await assert.rejects(
      provider.call((client, done) => client.construct(new messages.ConstructRequest(), done)),
      /./,
    );
  });

  test("refuses a kind and a function that it does not have", async () => {
    await using provider = await NativeProvider.start({});
    await provider.configure();
    await assert.rejects(provider.check(urnOf("yandex:Password"), {}, {}), /no kind "yandex:Password"/);
    const request = new messages.InvokeRequest();
    request.setTok("iam-keys:yandex:getPassword");
    await assert.rejects(
      provider.call((client, done) => client.invoke(request, done)),
      /^Error: iam-keys has no function iam-keys:yandex:getPassword\. \[INVALID_ARGUMENT\]/,
    );
  });

  for (const [way, end] of [
    ["by SIGINT", (provider: NativeProvider) => provider.process.kill("SIGINT")],
    ["with its standard input", (provider: NativeProvider) => provider.process.stdin?.end()],
  ] as const) {
    test(`ends ${way}, after what was begun`, async () => {
      await using iam = await startLocalIam().then((iam) => ({
        iam,
        [Symbol.asyncDispose]: () => iam.close(),
      }));
      await using provider = await NativeProvider.start({ environment: { ...iam.iam.environment } });
      await provider.configure();
      const urn = urnOf("yandex:StaticAccessKey");
      const { inputs } = await provider.check(urn, {}, { serviceAccountId: iam.iam.serviceAccountId });
      iam.iam.fail({ operation: "AccessKey.create", fault: { pause: "before" } });
      const created = provider.create(urn, inputs);
      const held = await iam.iam.held();
      const exited = once(provider.process, "exit");
      end(provider);
      held.release();
      const { id } = await created;
      assert.equal(iam.iam.keys()[0]?.id, id);
      assert.deepEqual(await exited, [0, null]);
    });
  }
});
