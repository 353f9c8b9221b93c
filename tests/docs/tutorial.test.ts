import { test } from "node:test";
import { localEngine } from "../../tools/engine.ts";
import { takeTutorial } from "./tutorial.ts";

test("docs/tutorial.md leads from an empty folder to a key that rotates, and back", async () => {
  await takeTutorial(localEngine);
});
