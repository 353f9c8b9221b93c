import { test } from "node:test";
import { realEngine } from "../../tools/engine.ts";
import { secretsOfAStack } from "../security/support/secretsOfAStack.ts";

/** With --debug, and in its log from -v 3 on, the CLI writes down what the SDK says that resources came to: their secrets too. */
const LOUD = ["--logtostderr", "--logflow", "--verbose=2"];

test("no secret gets out of a stack with every resource, at a high log level", async (t) => {
  await secretsOfAStack(t, await realEngine(), LOUD);
});
