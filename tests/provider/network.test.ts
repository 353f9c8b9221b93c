import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { aws, yandex } from "../../sdk/index.ts";
import { canMakeCertificates, makeCertificate, TLS_HOST } from "../support/certificate.ts";
import { startDynamicProvider } from "../support/dynamicProvider.ts";
import { register } from "../support/registration.ts";
import { type ConnectProxy, startProxy, startTlsFront, type TlsFront } from "../support/tlsFront.ts";

interface Network extends AsyncDisposable {
  readonly iam: LocalIam;
  readonly front: TlsFront;
  readonly proxy: ConnectProxy;
}

async function start(): Promise<Network> {
  const iam = await startLocalIam();
  const front = await startTlsFront(iam.url);
  const proxy = await startProxy(front.port);
  return {
    iam,
    front,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await front[Symbol.asyncDispose]();
      await iam.close();
    },
  };
}

/** Makes a key of each cloud through a process with this environment. */
async function createKeys({ iam }: Network, endpoint: string, environment: Record<string, string>) {
  await using provider = await startDynamicProvider({
    environment: { ...iam.environment, YC_ENDPOINT: endpoint, AWS_ENDPOINT_URL: endpoint, ...environment },
  });
  const { serviceAccountId, userName } = iam;
  const yandexKey = await register((name) => new yandex.StaticAccessKey(name, { serviceAccountId }));
  await provider.create(yandexKey.registration.inputs);
  const awsKey = await register((name) => new aws.AccessKey(name, { userName }));
  await provider.create(awsKey.registration.inputs);
}

const skip = canMakeCertificates() ? false : "there is no openssl to make a certificate with";

describe("the network", { concurrency: true, skip }, () => {
  test("HTTPS_PROXY and SSL_CERT_FILE are honoured, for both clouds", async () => {
    await using network = await start();
    await createKeys(network, `https://${TLS_HOST}`, {
      HTTPS_PROXY: network.proxy.url,
      SSL_CERT_FILE: network.front.certificateFile,
    });
    assert.deepEqual([...new Set(network.proxy.targets)], [`${TLS_HOST}:443`]);
    assert.equal(network.iam.keys().length, 2);
  });

  test("NODE_EXTRA_CA_CERTS is honoured too", async () => {
    await using network = await start();
    await createKeys(network, network.front.url, { NODE_EXTRA_CA_CERTS: network.front.certificateFile });
    assert.equal(network.iam.keys().length, 2);
  });

  for (const way of ["directly", "behind a proxy"] as const) {
    for (const variable of ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] as const) {
      test(`${variable} adds to what the other one trusts, ${way}`, async () => {
        await using network = await start();
        await using another = await makeCertificate();
        const both = {
          SSL_CERT_FILE: another.certificateFile,
          NODE_EXTRA_CA_CERTS: another.certificateFile,
          [variable]: network.front.certificateFile,
        };
        const { url } = network.proxy;
        await createKeys(
          network,
          way === "directly" ? network.front.url : `https://${TLS_HOST}`,
          way === "directly" ? both : { ...both, HTTPS_PROXY: url },
        );
        assert.equal(network.iam.keys().length, 2);
        assert.equal(network.proxy.targets.length > 0, way === "behind a proxy");
      });
    }
  }

  test("SSL_CERT_FILE without a certificate in it is refused by check", async () => {
    await using certificate = await makeCertificate();
    await writeFile(certificate.certificateFile, "");
    await using provider = await startDynamicProvider({
      environment: { YC_TOKEN: "t1.a", SSL_CERT_FILE: certificate.certificateFile },
    });
    const { registration } = await register((name) => new yandex.StaticAccessKey(name));
    const { failures } = await provider.check({}, registration.inputs);
    assert.match(
      failures.map(({ reason }) => reason).join(),
      /^environment variable SSL_CERT_FILE names a file without a PEM certificate\. \[INVALID_CONFIG\]$/,
    );
  });

  test("NO_PROXY is honoured", async () => {
    await using network = await start();
    await createKeys(network, network.front.url, {
      HTTPS_PROXY: network.proxy.url,
      NO_PROXY: "localhost",
      SSL_CERT_FILE: network.front.certificateFile,
    });
    assert.deepEqual(network.proxy.targets, []);
    assert.equal(network.iam.keys().length, 2);
  });

  test("plain http on this machine never goes over a proxy", async () => {
    await using network = await start();
    const { url } = network.proxy;
    await createKeys(network, network.iam.url, { HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url });
    assert.deepEqual(network.proxy.targets, []);
  });

  test("a proxy that is no URL is refused by check, without the password in it", async () => {
    await using provider = await startDynamicProvider({
      environment: { YC_TOKEN: "t1.a", HTTPS_PROXY: "http://me:canary-password@proxy host:3128" },
    });
    const { registration } = await register((name) => new yandex.StaticAccessKey(name));
    const { failures } = await provider.check({}, registration.inputs);
    assert.match(failures.map(({ reason }) => reason).join(), /HTTPS_PROXY.*\[INVALID_CONFIG\]/);
    assert.ok(!`${JSON.stringify(failures)}${provider.output}`.includes("canary-password"));
  });

  test("a certificate that nobody vouches for is refused, and nothing is sent", async () => {
    await using network = await start();
    await assert.rejects(
      createKeys(network, network.front.url, {}),
      /^Error: AccessKey\.create got no answer from localhost:\d+: the connection failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. \[CONNECTION_FAILED\]/,
    );
    assert.deepEqual(network.iam.requests, []);
  });
});
