import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { startScriptedServer } from "../support/scriptedServer.ts";
import { startCallerWorld } from "./callerWorld.ts";

const HINT =
  "It gives tokens inside a VM of Yandex Cloud that has a service account, and whose gce-http-token option is enabled.";

describe("the metadata service", { concurrency: true }, () => {
  test("is asked with its header, and no proxy or cloud address of the settings is in the way", async () => {
    await using world = await startCallerWorld();
    await using vm = await startScriptedServer({ body: { access_token: "t1.of-a-vm", expires_in: 600 } });
    const { api } = world.caller({
      config: { "yandex:metadata": "true" },
      environment: { YC_METADATA_ADDR: new URL(vm.url).host, HTTP_PROXY: "http://127.0.0.1:9" },
    });
    assert.equal(await api.caller.token(), "t1.of-a-vm");
    const [request] = vm.requests;
    assert.equal(request?.url, "/computeMetadata/v1/instance/service-accounts/default/token");
    assert.equal(request?.headers["metadata-flavor"], "Google");
    assert.equal(request?.headers.authorization, undefined);
    world.time += 9.5 * 60_000;
    await api.caller.token();
    assert.equal(vm.requests.length, 2, "renewed before its ten minutes are over");
  });

  test("is never asked on another machine, nor where it is forbidden", async () => {
    await using world = await startCallerWorld();
    const closed = { config: { "yandex:metadata": "false" }, environment: { YC_METADATA: "true" } };
    for (const settings of [
      {},
      { vendor: "QEMU" },
      { ...closed, vendor: "Yandex" },
      { environment: { YC_METADATA: "false" }, vendor: "Yandex" },
    ]) {
      assert.throws(() => world.caller(settings), /\[NO_CREDENTIALS\]/);
    }
    assert.deepEqual(world.operations(), []);
  });

  test("false closes this way in alone", async () => {
    await using world = await startCallerWorld();
    const { api } = world.caller({
      environment: { YC_METADATA: "false", YC_TOKEN: "t1.a" },
      vendor: "Yandex",
    });
    assert.equal(await api.caller.token(), "t1.a");
  });

  test("a machine without it is told so after two quick attempts", async () => {
    await using world = await startCallerWorld();
    await using nobody = await startScriptedServer("drop");
    const { api } = world.caller({
      config: { "yandex:metadata": "true", "yandex:metadataEndpoint": nobody.url },
    });
    await assert.rejects(api.caller.token(), {
      message: `The metadata service got no answer from ${new URL(nobody.url).host}: the connection failed (ECONNRESET). [CONNECTION_FAILED] ${HINT}`,
    });
    assert.equal(nobody.requests.length, 2);
  });

  test("one that does not answer is given up soon", async () => {
    await using world = await startCallerWorld();
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    try {
      const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const { api } = world.caller({
        config: { "yandex:metadata": "true", "yandex:metadataEndpoint": `http://${host}/` },
      });
      await assert.rejects(api.caller.token(), {
        message: `The metadata service got no answer from ${host} in time. [TIMEOUT] ${HINT}`,
      });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  test("a VM without a service account is told what it lacks", async () => {
    await using world = await startCallerWorld();
    await using vm = await startScriptedServer({ status: 404, body: "Not found" });
    const { api } = world.caller({
      config: { "yandex:metadata": "true", "yandex:metadataEndpoint": vm.url },
    });
    await assert.rejects(api.caller.token(), {
      message: `The metadata service was refused: Not Found [NOT_FOUND, HTTP 404] ${HINT}`,
    });
  });

  test("its address is one of this machine or its link, or of a host that is trusted by name", async () => {
    await using world = await startCallerWorld();
    const config = { "yandex:metadata": "true" };
    const trusted = { "iam-keys:trustedMetadataHost": "Metadata.example.net" };
    for (const near of [
      "http://169.254.169.254",
      "169.254.1.2:80",
      "http://[fe80::1]",
      "http://[::1]:1",
      "localhost:1",
    ])
      world.caller({ config, environment: { YC_METADATA_ADDR: near } });
    for (const far of [
      "http://metadata.example.net",
      "https://metadata.example.net",
      "169.254.169.254.example.net",
      "http://10.0.0.1",
      "http://[::ffff:10.0.0.1]",
      "http://[fd00::1]",
    ]) {
      assert.throws(() => world.caller({ config, environment: { YC_METADATA_ADDR: far } }), {
        message:
          /^environment variable YC_METADATA_ADDR must be an address of this machine or its own link\. \[INVALID_CONFIG\] .*IAM_KEYS_TRUSTED_METADATA_HOST/,
      });
    }
    world.caller({
      config: { ...config, ...trusted },
      environment: { YC_METADATA_ADDR: "metadata.example.net" },
    });
    assert.throws(() =>
      world.caller({
        config: { ...config, ...trusted },
        environment: { YC_METADATA_ADDR: "other.example.net" },
      }),
    );
    for (const [address, problem] of [
      ["a b", /^environment variable YC_METADATA_ADDR must be an absolute URL/],
      ["http://me:pw@169.254.169.254", /^environment variable YC_METADATA_ADDR must be a base URL/],
      ["file:///etc", /^environment variable YC_METADATA_ADDR must be an absolute URL/],
    ] as const) {
      assert.throws(
        () => world.caller({ config, environment: { YC_METADATA_ADDR: address } }),
        ({ message }: Error) => problem.test(message),
      );
    }
    assert.throws(() => world.caller({ config: { "yandex:metadata": "yes" } }), {
      message: "stack config yandex:metadata must be true or false. [INVALID_CONFIG]",
    });
  });
});
