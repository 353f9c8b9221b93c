import { test } from "node:test";
import { localEngine } from "../../tools/engine.ts";
import { secretsOfAStack } from "./support/secretsOfAStack.ts";

test("no secret gets out of a stack with every resource, at the engine's highest log level", async (t) => {
  await secretsOfAStack(t, localEngine, ["--debug", "--verbose=9"]);
});
