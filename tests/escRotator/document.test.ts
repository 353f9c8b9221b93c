import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import type { Properties } from "../../provider/kinds/kind.ts";
import { blocksIn, pageText } from "../docs/shellBlocks.ts";
import { RotatorWorld } from "./support/rotatorWorld.ts";

test("the environment of the documentation rotates, and takes what is there to take", async (t) => {
  const world = await RotatorWorld.start(t);
  const [text = ""] = blocksIn(pageText("docs/esc.md"), "yaml");
  const { values } = parse(text) as { values: Record<string, Properties> };
  const answers = new Map<string, Properties>();
  for (const [name, value] of Object.entries(values)) {
    const call = value["fn::rotate::external"] as { inputs: { request: Properties } } | undefined;
    if (!call) continue;
    const { request } = call.inputs;
    const account = request.userName
      ? { userName: world.iam.userName }
      : { serviceAccountId: world.iam.serviceAccountId };
    answers.set(name, await world.rotate({ ...request, ...account }, null));
  }
  assert.equal(answers.size, 3);
  const references = [...text.matchAll(/\$\{(\w+)\.current\.(\w+)\}/g)];
  assert.ok(references.length > 5);
  for (const [reference, name = "", field = ""] of references)
    assert.equal(typeof answers.get(name)?.[field], "string", reference);
});
