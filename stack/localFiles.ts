import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { backendFromEnvironment, listStacks, readStateFile, statePath } from "./files/backend.ts";
import type { DeploymentJson } from "./files/deploymentJson.ts";
import { decryptWith, openKey, passphraseFromEnvironment } from "./files/passphrase.ts";
import { readProjectFile } from "./files/projectFile.ts";
import { currentStack } from "./files/selectedStack.ts";
import { configValues, readSettings, saltOf, settingsPath } from "./files/stackSettings.ts";
import type { Stack } from "./stack.ts";
import { parseState } from "./stateText.ts";
import type { WantedStack } from "./wantedStack.ts";

/** The stack as the CLI's file backend keeps it. */
export async function stackOfFiles({ cwd, stack: asked }: WantedStack): Promise<Stack> {
  const project = await readProjectFile(resolve(cwd));
  const backend = backendFromEnvironment(process.env);
  const name = await currentStack(project, backend, asked, process.env);
  const content = await readStateFile(backend, project.name, name);
  const deployment = parseState(content, `The state file of stack '${name}'`);
  const behind = behindJournal(statePath(backend, project.name, name));
  const [state, config] = [await openState(deployment), await configOfFiles({ cwd, stack: name })];
  return { deployment, ...state, behind, config: config.values, notes: [...state.notes, ...config.notes] };
}

/** The names of the stacks of the project in that folder. */
export async function stacksOfFiles(cwd: string): Promise<string[]> {
  const { name } = await readProjectFile(resolve(cwd));
  return listStacks(backendFromEnvironment(process.env), name);
}

/** Why a state file does not tell all that a run has done: the run's journal is beside it. */
export function behindJournal(stateFile: string): string | undefined {
  const journal = `${stateFile}.journal`;
  return existsSync(journal)
    ? `A run of the stack goes on, or was cut off: ${journal} has what is not in the state file yet. Wait for its end, or run \`pulumi refresh\`.`
    : undefined;
}

/** The configuration of a stack from its settings file. */
export async function configOfFiles({
  cwd,
  stack,
}: {
  readonly cwd: string;
  readonly stack: string;
}): Promise<{ values: Map<string, string>; notes: string[] }> {
  const project = await readProjectFile(resolve(cwd));
  const settings = await readSettings(settingsPath(project, stack));
  const hasSecrets = [...configValues(project, settings, undefined).values()].some(({ secret }) => secret);
  const { decrypt, why }: Opened = hasSecrets ? await openWith(saltOf(settings)) : {};
  const readable = [...configValues(project, settings, decrypt)].filter(
    ([, { secret }]) => !secret || decrypt,
  );
  return {
    values: new Map(readable.map(([key, { value }]) => [key, value])),
    notes: why ? [`The secrets of the stack's configuration could not be decrypted: ${why}`] : [],
  };
}

/** What decrypts a deployment that is encrypted with a passphrase, where the passphrase is given. */
export async function openState({
  secrets_providers: provider,
  resources,
  pending_operations: pending,
}: DeploymentJson): Promise<Pick<Stack, "decrypt" | "notes">> {
  if (!provider || !JSON.stringify([resources, pending]).includes('"ciphertext"')) return { notes: [] };
  const { decrypt, why }: Opened =
    provider.type === "passphrase"
      ? await openWith(provider.state?.salt)
      : {
          why: `they are encrypted by "${provider.type}", which the Pulumi CLI can ask; run this without --file.`,
        };
  return decrypt
    ? { decrypt, notes: [] }
    : { notes: [`The secrets of the state could not be decrypted: ${why}`] };
}

interface Opened {
  readonly decrypt?: (ciphertext: string) => string;
  /** Why there is none. */
  readonly why?: string;
}

/** By their salts: deriving a key takes its time, and the state has mostly that of the settings. */
const opened = new Map<string | undefined, Promise<Opened>>();

function openWith(salt: string | undefined): Promise<Opened> {
  const known = opened.get(salt) ?? open(salt);
  opened.set(salt, known);
  return known;
}

async function open(salt: string | undefined): Promise<Opened> {
  try {
    if (salt === undefined) throw new Error("there is no salt beside them");
    const key = await openKey(await passphraseFromEnvironment(process.env), salt);
    return { decrypt: (ciphertext) => decryptWith(key, ciphertext) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
