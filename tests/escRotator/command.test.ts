import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import got from "got";
import { escRotatorCommand } from "../../cli/escRotator/command.ts";
import { readOptions } from "../../cli/escRotator/options.ts";
import { startForTest } from "../../local/iam/tests/startForTest.ts";
import { canMakeCertificates, makeCertificate } from "../support/certificate.ts";
import { parsed } from "../support/parsed.ts";
import { hashOf, SUBJECT, URL_OF_ROTATOR } from "./support/rotatorWorld.ts";

const main = path.join(import.meta.dirname, "../../cli/main.ts");

test("the command serves HTTPS with its options from the environment, and ends at SIGTERM after its last rotation", {
  skip: !canMakeCertificates() && "there is no openssl",
}, async (t) => {
  const iam = await startForTest(t);
  await using certificate = await makeCertificate();
  await using renewed = await makeCertificate();
  const state = await mkdtemp(path.join(tmpdir(), "iam-keys-rotator-"));
  t.after(() => rm(state, { recursive: true, force: true }));
  const child = spawn(process.execPath, [main, "esc-rotator", "--port=0", "--host=127.0.0.1"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      ...iam.environment,
      IAM_KEYS_ESC_URL: URL_OF_ROTATOR,
      IAM_KEYS_ESC_STATE: state,
      IAM_KEYS_ESC_ALLOW: "acme-corp/storage/* acme-corp/default/prod",
      IAM_KEYS_ESC_ISSUER: iam.url,
      IAM_KEYS_ESC_JWKS_URL: `${iam.url}/oidc/keys`,
      IAM_KEYS_ESC_TLS_CERT: certificate.certificateFile,
      IAM_KEYS_ESC_TLS_KEY: certificate.keyFile,
    },
  });
  t.after(() => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const lines: string[] = [];
  let heard = () => {};
  createInterface(child.stderr).on("line", (line) => {
    lines.push(line);
    heard();
  });
  const said = async (pattern: RegExp) => {
    for (;;) {
      const line = lines.find((each) => pattern.test(each));
      if (line) return line;
      await new Promise<void>((resolve) => (heard = resolve));
    }
  };
  const [, port] = /port (\d+)$/.exec(await said(/listens by https on 127\.0\.0\.1/)) ?? [];

  const rotate = async (state: unknown, certificateFile: string) => {
    const request = { kind: "yandex:StaticAccessKey", name: "a", serviceAccountId: iam.serviceAccountId };
    const body = JSON.stringify({ request, state });
    const claims = { org: "acme-corp", body_hash: hashOf(body) };
    const token = await iam.oidcToken({ subject: SUBJECT, audience: URL_OF_ROTATOR, claims });
    const answer = await got.post(`https://localhost:${port}/rotate-credentials`, {
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      https: { certificateAuthority: readFileSync(certificateFile) },
      dnsLookupIpVersion: 4,
      retry: { limit: 0 },
      body,
    });
    return JSON.parse(answer.body);
  };
  const first = await rotate(null, certificate.certificateFile);

  await cp(renewed.certificateFile, certificate.certificateFile);
  await cp(renewed.keyFile, certificate.keyFile);
  child.kill("SIGHUP");
  await said(/certificate was read again/);

  iam.fail({ operation: "AccessKey.create", fault: { pause: "before" } });
  const rotation = rotate(first, renewed.certificateFile);
  const held = await iam.held();
  child.kill("SIGTERM");
  await said(/stops at SIGTERM when what is under way is done/);
  held.release();
  assert.equal((await rotation).previous.id, first.id);
  assert.deepEqual(await exited, [0, null]);
  const log = lines.join("\n");
  assert.match(log, /acme-corp\/default\/prod\/a: yandex:StaticAccessKey was rotated, and key aje/);
  for (const secret of iam.secrets()) assert.ok(!log.includes(secret));
});

describe("the command line", () => {
  const good = ["--url=https://rotator.example.com/rotate", "--allow=acme/default/prod", "--plain-http"];
  const read = (args: readonly string[], environment = {}) =>
    readOptions(parsed(escRotatorCommand, args), environment);
  const bad: [args: readonly string[], reason: RegExp][] = [
    [[], /--url \(IAM_KEYS_ESC_URL\) is required, such as https:/],
    [["--url=http://rotator.example.com/"], /--url .* must be the https:\/\/ address/],
    [["--url=https://rotator.example.com/?a=b"], /must be the https:\/\/ address/],
    [["--url=https://rotator.example.com/readyz"], /and none of \/livez, \/readyz, \/metrics/],
    [good.slice(0, 1), /--allow \(IAM_KEYS_ESC_ALLOW\) is required/],
    [[...good, "--allow=acme/prod"], /must be organization\/project\/environment.*"acme\/prod" is not/],
    [[...good, "--allow=acme/default/prod="], /must be organization\/project\/environment/],
    [good.slice(0, 2), /--tls-cert \(IAM_KEYS_ESC_TLS_CERT\) is required.*--plain-http/],
    [[...good, "--tls-cert=a.pem"], /exclude each other/],
    [[...good.slice(0, 2), "--tls-cert=a.pem", "--tls-key=b.pem"], /cannot be read \(ENOENT\)/],
    [[...good, "--port=https"], /--port .* must be a number from 0 to 65535/],
    [[...good, "--issuer=http://issuer.example.com"], /--issuer .* must be an https:\/\/ address/],
    [[...good, "--jwks-url=keys.json"], /--jwks-url .* must be an https:\/\/ address/],
    [[...good, "--every=30d"], /--every/],
  ];

  test("is refused with the option that is wrong and what it must be", () => {
    for (const [args, reason] of bad) assert.throws(() => read(args), reason, args.join(" "));
    assert.throws(() => read(good.slice(0, 2), { IAM_KEYS_ESC_PLAIN_HTTP: "yes" }), /true or false/);
  });

  test("has the documented defaults", () => {
    const { allowed, ...options } = read(good);
    assert.deepEqual(options, {
      url: "https://rotator.example.com/rotate",
      issuer: "https://api.pulumi.com",
      jwksUrl: "https://api.pulumi.com/oidc/.well-known/jwks",
      host: "127.0.0.1",
      port: 8080,
      stateFolder: path.join(homedir(), ".local/state/iam-keys/esc-rotator"),
      readTls: undefined,
    });
    const folderIn = (environment: Record<string, string>) => read(good, environment).stateFolder;
    assert.equal(folderIn({ XDG_STATE_HOME: "/x" }), "/x/iam-keys/esc-rotator");
    assert.equal(folderIn({ XDG_STATE_HOME: "/x", STATE_DIRECTORY: "/var/lib/rotator" }), "/var/lib/rotator");
    assert.deepEqual(allowed, [{ pattern: "acme/default/prod", accounts: undefined }]);
  });

  test("ends with 3 where it is wrong, and says more with --help", () => {
    const wrong = spawnSync(process.execPath, [main, "esc-rotator"], { encoding: "utf8", env: {} });
    assert.equal(wrong.status, 3);
    assert.match(wrong.stderr, /^iam-keys esc-rotator: --url .*\n\(iam-keys esc-rotator --help lists/);
    const help = spawnSync(process.execPath, [main, "esc-rotator", "--help"], { encoding: "utf8" });
    assert.deepEqual([help.status, help.stderr], [0, ""]);
    for (const option of ["url", "allow", "tls-cert", "tls-key", "plain-http", "host", "port", "issuer"])
      assert.ok(help.stdout.includes(`--${option}`), option);
  });
});
