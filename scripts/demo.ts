/**
 * The main job, watched: keys are made, used, rotated, replaced, checked and deleted, by an ordinary Pulumi
 * program, over weeks that pass in no time, against a server on this machine, on the local engine, or with `--cli` on the Pulumi CLI. Exits with 1 where
 * anything is not as it should be.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { VirtualClock } from "../local/clock/virtualClock.ts";
import { startLocalIam } from "../local/iam/index.ts";
import { localEngine, realEngine } from "../tools/engine.ts";
import { DemoStack } from "./demo/stack.ts";
import {
  type QuickstartOutputs,
  type Server,
  type Use,
  useOtherCredentials,
  useRotatingKey,
} from "./demo/useCredentials.ts";

const DAY = 24 * 60 * 60 * 1000;

const { cli } = parseArgs({ options: { cli: { type: "boolean", default: false } } }).values;
const engine = cli ? await realEngine() : localEngine;
const clock = new VirtualClock();
const iam = await startLocalIam({ now: clock.now });
step("A server that stands in for Yandex Cloud IAM and AWS IAM", `listens on ${iam.url}`);
try {
  await using stack = await DemoStack.create(engine, clock, { ...iam.environment });
  await run(stack);
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await iam.close();
}

async function run(stack: DemoStack): Promise<void> {
  step("A stack with a key of each kind", `runs on ${stack.engine.name}`);
  await stack.setConfig("serviceAccountId", iam.serviceAccountId);
  await stack.setConfig("awsUserName", iam.userName);
  await stack.show("up", "--yes", "--skip-preview");
  const first = await outputs(stack);
  await expectUses("Each key works", [await rotating(first), ...(await others(first))], true);

  clock.advance(30 * DAY);
  step("30 days later", "the key for uploads is to be rotated; the short-lived token has ended");
  await stack.show("up", "--yes", "--skip-preview");
  const rotated = await outputs(stack);
  await expectUses("The new key works", [await rotating(rotated)], true);
  await expectUses("So does the one before it, for seven days", [await rotating(first)], true);

  clock.advance(7 * DAY);
  step("7 days later", "whoever used the previous key has had the time to change");
  await stack.show("up", "--yes", "--skip-preview");
  await expectUses("The previous key is refused", [await rotating(first)], false);
  await expectUses("The current one goes on", [await rotating(rotated)], true);

  const before = await outputs(stack);
  step("A new generation", "three resources have it as a keeper, so each of their keys is to be replaced");
  await stack.setConfig("generation", "2");
  await stack.show("preview", "--diff");
  await stack.show("up", "--yes", "--skip-preview");
  const last = await outputs(stack);
  await expectUses("The new keys work", await others(last), true);
  await expectUses("The old ones are refused", await others(before), false);

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
  await expectUses("The last keys are refused", [await rotating(last), ...(await others(last))], false);
  await expectNoSecretInTheOpen(stack);
  console.log(
    "\nAll went as it should: made, used, rotated, replaced, refused, deleted. No secret was printed.",
  );
}

async function outputs(stack: DemoStack): Promise<QuickstartOutputs> {
  return (await stack.outputs()) as unknown as QuickstartOutputs;
}

function server(): Server {
  return { url: iam.url, now: clock.now().getTime() };
}

function rotating(credentials: QuickstartOutputs): Promise<Use> {
  return useRotatingKey(server(), credentials);
}

function others(credentials: QuickstartOutputs): Promise<Use[]> {
  return useOtherCredentials(server(), credentials);
}

async function expectUses(title: string, uses: readonly Use[], accepted: boolean): Promise<void> {
  step(title, "used once, as its consumer would use it");
  for (const use of uses) {
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
