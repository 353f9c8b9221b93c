import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SpanStatusCode } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { Stack } from "../../simulation/stack.ts";
import { startWorld } from "../../simulation/world.ts";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
before(() => provider.register());
after(() => provider.shutdown());

test("where OpenTelemetry is set up, an operation is a span, and its steps are spans below it", async () => {
  await using world = await startWorld();
  const stack = new Stack(world, "yandex:StaticAccessKey");
  const asked = { serviceAccountId: world.iam.serviceAccountId };
  await stack.run(asked);
  const spans = exporter.getFinishedSpans();
  const [step, trial, operation] = spans;
  assert.deepEqual(
    spans.map(({ name }) => name),
    ["iam-keys create", "iam-keys verify", "iam-keys create yandex:StaticAccessKey"],
  );
  for (const below of [step, trial])
    assert.equal(below?.parentSpanContext?.spanId, operation?.spanContext().spanId);
  assert.deepEqual(trial?.attributes, {
    "iam_keys.type": "yandex:StaticAccessKey",
    "iam_keys.owner": "project/stack/uploads",
    "iam_keys.key_id": stack.stored?.id,
  });

  exporter.reset();
  world.iam.fail({ operation: "AccessKey.delete", fault: { status: 403, message: "You may not." } });
  await stack.destroy();
  const failed = exporter.getFinishedSpans();
  assert.deepEqual(
    failed.map(({ name, status }) => [name, status.code, status.message]),
    [
      ["iam-keys delete", SpanStatusCode.ERROR, "PERMISSION_DENIED"],
      ["iam-keys delete yandex:StaticAccessKey", SpanStatusCode.ERROR, "PERMISSION_DENIED"],
    ],
  );
  const shown = JSON.stringify(
    [...spans, ...failed].map(({ name, attributes, events }) => [name, attributes, events]),
  );
  for (const secret of world.iam.secrets()) assert.ok(!shown.includes(secret));
});
