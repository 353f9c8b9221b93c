import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import analyzerServices from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type { AnalyzeDiagnostic, AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";

const pack = path.join(import.meta.dirname, "../../examples/policy");
const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");
const DAY = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString();
/** What an engine sends in a preview, in the place of a text not known yet. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const { MANDATORY } = messages.EnforcementLevel;

type Props = Record<string, JavaScriptValue>;

const urnOf = (kind: string, name: string) => `urn:pulumi:dev::things::${typeOf(kind)}::${name}`;
const typeOf = (kind: string) => `pulumi-nodejs:dynamic/iam-keys/${kind}`;
const said = (diagnostics: readonly AnalyzeDiagnostic[]) =>
  diagnostics.map((each) => [
    each.getPolicyname(),
    each.getEnforcementlevel(),
    each.getMessage().split("\n").at(-1),
  ]);

/** The pack as the Pulumi CLI runs it, in the place of an engine before it. */
async function startPack() {
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
    cwd: pack,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const problems = text(child.stderr);
  const [port] = await Promise.race([
    once(createInterface(child.stdout), "line") as Promise<[string]>,
    once(child, "exit").then(async () => Promise.reject(new Error(await problems))),
  ]);
  const client = new analyzerServices.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());

  const answerOf = <Answer>(call: (done: (error: ServiceError | null, answer: Answer) => void) => unknown) =>
    new Promise<Answer>((resolve, reject) => {
      call((error, answer) => (error ? reject(error) : resolve(answer)));
    });

  return {
    configure(policies: Record<string, Props>) {
      const request = new messages.ConfigureAnalyzerRequest();
      for (const [name, properties] of Object.entries(policies)) {
        const config = new messages.PolicyConfig();
        config.setEnforcementlevel(MANDATORY);
        config.setProperties(structs.Struct.fromJavaScript(properties));
        request.getPolicyconfigMap().set(name, config);
      }
      return answerOf((done) => client.configure(request, done));
    },
    async resource(kind: string, name: string, props: Props) {
      const request = new messages.AnalyzeRequest();
      request.setType(typeOf(kind));
      request.setUrn(urnOf(kind, name));
      request.setName(name);
      request.setProperties(structs.Struct.fromJavaScript(props));
      request.setOptions(new messages.AnalyzerResourceOptions());
      const answer = await answerOf<AnalyzeResponse>((done) => client.analyze(request, done));
      return said(answer.getDiagnosticsList());
    },
    async stack(resources: readonly (readonly [kind: string, name: string, props: Props])[]) {
      const request = new messages.AnalyzeStackRequest();
      for (const [kind, name, props] of resources) {
        const resource = new messages.AnalyzerResource();
        resource.setType(typeOf(kind));
        resource.setUrn(urnOf(kind, name));
        resource.setName(name);
        resource.setProperties(structs.Struct.fromJavaScript(props));
        resource.setOptions(new messages.AnalyzerResourceOptions());
        request.addResources(resource);
      }
      const answer = await answerOf<AnalyzeResponse>((done) => client.analyzeStack(request, done));
      return said(answer.getDiagnosticsList());
    },
    async stop() {
      client.close();
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

describe("the policy pack, as the Pulumi CLI runs it", () => {
  let started: Awaited<ReturnType<typeof startPack>>;
  before(async () => {
    started = await startPack();
  });
  after(() => started.stop());

  test("is configured", async () => {
    await started.configure({
      "iam-keys-rotated": { maxAgeDays: 60, except: ["legacy-*"] },
      "iam-keys-young": { maxAgeDays: 60, except: ["legacy-*"] },
    });
  });

  test("refuses a key that nothing rotates, before it is made", async () => {
    const since = { keySince: daysAgo(0) };
    assert.deepEqual(await started.resource("yandex:StaticAccessKey", "uploads", since), [
      [
        "iam-keys-rotated",
        MANDATORY,
        'uploads (yandex:StaticAccessKey): nothing rotates it. Set rotate: { every: "60d" }, or more often.',
      ],
    ]);
    const rotating = { ...since, rotate: { every: "30d" } };
    assert.deepEqual(await started.resource("yandex:StaticAccessKey", "uploads", rotating), []);
    for (const rotate of [UNKNOWN, { every: UNKNOWN }])
      assert.deepEqual(await started.resource("yandex:StaticAccessKey", "uploads", { ...since, rotate }), []);
    assert.deepEqual(await started.resource("yandex:StaticAccessKey", "legacy-ftp", since), []);
    assert.deepEqual(await started.resource("yandex:IamToken", "session", since), []);
  });

  test("refuses a stack with a key that is too old, whatever a preview does not know yet", async () => {
    const age = (days: number) => ({ keySince: daysAgo(days) });
    const found = await started.stack([
      ["yandex:RotatingStaticAccessKey", "new", { ...age(0), current: UNKNOWN, previous: UNKNOWN }],
      ["yandex:IamToken", "session", { ...age(0), expiresAt: UNKNOWN, iamToken: UNKNOWN }],
      [
        "yandex:RotatingStaticAccessKey",
        "old",
        { ...age(70), current: { createdAt: daysAgo(70), secret: UNKNOWN } },
      ],
      ["aws:AccessKey", "legacy-mailer", age(900)],
    ]);
    assert.equal(found.length, 1);
    assert.match(
      String(found[0]),
      /^iam-keys-young,\d,old \(yandex:RotatingStaticAccessKey\): its key is 70 days/,
    );
  });
});
