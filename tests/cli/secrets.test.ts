import { test } from "node:test";
import { realEngine } from "../../tools/engine.ts";
import { secretsOfAStack } from "../security/support/secretsOfAStack.ts";

/** From -v 9 on the CLI logs what providers answer before it knows what of that is secret, as SECURITY.md says. */
const LOUD = ["--debug", "--logtostderr", "--logflow", "--verbose=3"];

test("no secret gets out of a stack with every resource, at a high log level", async (t) => {
  await secretsOfAStack(t, await realEngine(), LOUD);
});
