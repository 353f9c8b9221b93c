import { describe, test } from "node:test";
import { realEngine } from "../../tools/engine.ts";
import { hostFolder } from "../../tools/pulumi/pulumiTool.ts";
import { FIRST_KEYS, IN_USE } from "../docs/pages.ts";
import { Reader } from "../docs/reader.ts";
import { takePage } from "../docs/takePage.ts";
import { shop } from "../docs/worlds.ts";
import { PLUGIN } from "./support/cliStack.ts";

// tests/docs/pages.test.ts holds that these are all pages; tutorial.test.ts and pipeline.test.ts take two of their own.
describe("the commands of the docs do what the docs say", { concurrency: 2 }, () => {
  test("where somebody makes a first key", async (t) => {
    await using reader = await Reader.open(await realEngine(), [PLUGIN, await hostFolder("yaml")]);
    for (const page of FIRST_KEYS) await t.test(page.page, (t) => takePage(t, reader, page));
  });

  test("where a stack is in use", async (t) => {
    await using reader = await Reader.open(await realEngine());
    await shop(reader);
    for (const page of IN_USE) await t.test(page.page, (t) => takePage(t, reader, page));
  });
});
