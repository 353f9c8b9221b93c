import { test } from "node:test";
import { realEngine } from "../../tools/engine.ts";
import { takeTutorial } from "../docs/tutorial.ts";

test("docs/tutorial.md leads to a key that rotates on the Pulumi CLI, too", async () => {
  await takeTutorial(await realEngine());
});
