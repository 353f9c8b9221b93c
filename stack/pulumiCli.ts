import { execFile } from "node:child_process";
import { resolve } from "node:path";
import * as z from "zod";
import { readProjectFile } from "./files/projectFile.ts";
import type { Stack } from "./stack.ts";
import { parseState } from "./stateText.ts";
import type { WantedStack } from "./wantedStack.ts";

const LARGEST_STATE = 2 ** 30;

/** https://www.pulumi.com/docs/iac/cli/commands/pulumi_config/: a secret has no value unless it is asked for. */
const settings = z.record(z.string(), z.object({ value: z.string().optional() }));

/** https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_ls/ */
const stackList = z.array(z.object({ name: z.string() }));

/** The stack as the Pulumi CLI of the PATH shows it; undefined where there is none. */
export async function stackOfCli(asked: WantedStack): Promise<Stack | undefined> {
  const state = await askForSecrets(asked, ["stack", "export"]);
  const config = state && (await configOfCli(asked));
  if (!config) return undefined;
  return {
    deployment: parseState(Buffer.from(state.output), "What `pulumi stack export` printed"),
    config: config.values,
    notes: [
      ...(state.refusal ? [`The secrets of the state could not be decrypted: ${state.refusal}`] : []),
      ...config.notes,
    ],
  };
}

/** The names of the stacks of the project in that folder as the CLI lists them; undefined where there is no CLI. */
export async function stacksOfCli(cwd: string): Promise<string[] | undefined> {
  // Outside of a project the CLI lists those of all projects.
  await readProjectFile(resolve(cwd));
  const listed = await ask({ cwd, stack: undefined }, ["stack", "ls", "--json"]);
  if (!listed) return undefined;
  if (listed.failure !== undefined) throw new Error(`\`pulumi stack ls\` failed: ${listed.failure}`);
  return stackList.parse(JSON.parse(listed.output)).map(({ name }) => name);
}

/** The configuration of the stack as the CLI shows it; undefined where there is no CLI. */
export async function configOfCli(
  asked: WantedStack,
): Promise<{ values: Map<string, string>; notes: string[] } | undefined> {
  const printed = await askForSecrets(asked, ["config", "--json"]);
  return (
    printed && {
      values: parseConfig(printed.output),
      notes: printed.refusal
        ? [`The secrets of the stack's configuration could not be decrypted: ${printed.refusal}`]
        : [],
    }
  );
}

function parseConfig(output: string): Map<string, string> {
  try {
    const entries = Object.entries(settings.parse(JSON.parse(output)));
    return new Map(entries.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
  } catch {
    // The error would quote what may be a secret.
    throw new Error("What `pulumi config --json` printed is not what it used to be.");
  }
}

/** What the command prints with its secrets; without them, and why, where it refuses them. */
async function askForSecrets(
  asked: WantedStack,
  words: readonly string[],
): Promise<{ output: string; refusal?: string } | undefined> {
  const shown = await ask(asked, [...words, "--show-secrets"]);
  if (!shown) return undefined;
  if (shown.failure === undefined) return { output: shown.output };
  const hidden = await ask(asked, words);
  if (hidden?.failure === undefined) return { output: hidden?.output ?? "", refusal: shown.failure };
  throw new Error(`\`pulumi ${words.join(" ")}\` failed: ${hidden.failure}`);
}

function ask(
  { cwd, stack }: WantedStack,
  words: readonly string[],
): Promise<{ output: string; failure?: string } | undefined> {
  const args = [
    ...words,
    "--non-interactive",
    "--color",
    "never",
    ...(stack === undefined ? [] : ["--stack", stack]),
  ];
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" };
  return new Promise((done, reject) => {
    execFile("pulumi", args, { cwd, env, maxBuffer: LARGEST_STATE }, (error, output, errors) => {
      if (!error) done({ output });
      else if (error.code === "ENOENT") done(undefined);
      else if (typeof error.code === "number") done({ output, failure: oneLine(errors) });
      // Its message names the command and its arguments, in which there is no secret.
      else reject(error);
    });
  });
}

function oneLine(text: string): string {
  return text
    .replace(/^error: /gm, "")
    .trim()
    .replace(/\s*\n\s*/g, " ");
}
