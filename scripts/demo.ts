/**
 * The main job, watched: four keys are made, used, replaced, checked and deleted, by an ordinary Pulumi
 * program against a server on this machine, on the local engine, or with `--cli` on the Pulumi CLI. Exits with 1 where
 * anything is not as it should be.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { startLocalIam } from "../local/iam/index.ts";
import { localEngine, realEngine } from "../tools/engine.ts";
import { DemoStack } from "./demo/stack.ts";
import { type QuickstartOutputs, useCredentials } from "./demo/useCredentials.ts";

const { cli } = parseArgs({ options: { cli: { type: "boolean", default: false } } }).values;
const engine = cli ? await realEngine() : localEngine;
const iam = await startLocalIam();
step("A server that stands in for Yandex Cloud IAM and AWS IAM", `listens on ${iam.url}`);
try {
  await using stack = await DemoStack.create(engine, { ...iam.environment });
  await run(stack);
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await iam.close();
}

async function run(stack: DemoStack): Promise<void> {
  step("A stack with one key of each kind", `runs on ${stack.engine.name}`);
  await stack.setConfig("serviceAccountId", iam.serviceAccountId);
  await stack.setConfig("awsUserName", iam.userName);
  await stack.show("up", "--yes", "--skip-preview");
  const first = await outputs(stack);
  await expectUses("Each key works", first, true);

  step("A new generation", "every key has it as a keeper, so each is to be replaced");
  await stack.setConfig("generation", "2");
  await stack.show("preview", "--diff");
  await stack.show("up", "--yes", "--skip-preview");
  const second = await outputs(stack);
  await expectUses("The new keys work", second, true);
  await expectUses("The old keys are refused", first, false);

  step("A second run has nothing to do", "and asks the server nothing");
  const asked = iam.requests.length;
  await stack.show("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(iam.requests.length === asked, `no request, but there were ${iam.requests.length - asked}`);

  step("Refresh", "looks at the server, and finds every key as it should be");
  await stack.show("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  await expectNoSecretInTheOpen(stack);

  step("Destroy", "leaves no key behind");
  await stack.show("destroy", "--yes", "--skip-preview");
  // The tokens that using the keys gave to their consumers are no keys of the stack.
  const left = iam.keys().filter(({ kind }) => kind !== "yandex:IamToken");
  expect(left.length === 0, `no key on the server, but there is ${left.map(({ id }) => id).join(", ")}`);
  console.log("    The server holds no key any more.");
  await expectUses("The last keys are refused", second, false);
  await expectNoSecretInTheOpen(stack);
  console.log("\nAll went as it should: made, used, replaced, refused, deleted. No secret was printed.");
}

async function outputs(stack: DemoStack): Promise<QuickstartOutputs> {
  return (await stack.outputs()) as unknown as QuickstartOutputs;
}

async function expectUses(title: string, credentials: QuickstartOutputs, accepted: boolean): Promise<void> {
  step(title, "each is used once, as its consumer would use it");
  for (const use of await useCredentials(iam.url, credentials)) {
    console.log(`    ${use.accepted ? "accepted" : "refused "}  ${use.name}`);
    expect(use.accepted === accepted, `${use.name}: to be ${accepted ? "accepted" : "refused"}`);
  }
}

/** Looks for every secret the server ever handed out in all that was printed and in the state's files. */
async function expectNoSecretInTheOpen(stack: DemoStack): Promise<void> {
  const files = await readdir(stack.stateFolder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(path.join(file.parentPath, file.name), "utf8")),
  );
  for (const secret of iam.secrets()) {
    // A PEM stands in JSON with its line ends escaped: one line of it is enough to find it.
    const line = secret
      .split("\n")
      .reduce((longest, each) => (each.length > longest.length ? each : longest));
    expect(!stack.printed.includes(line), "no secret among all that was printed");
    expect(!texts.some((text) => text.includes(line)), "no secret in the clear in the state");
  }
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected ${what}`);
}

function step(title: string, detail: string): void {
  console.log(`\n● ${title}: ${detail}`);
}
