import { resolve } from "node:path";
import { readProject } from "../../local/engine/project/projectFile.ts";
import { currentStack } from "../../local/engine/project/selectedStack.ts";
import { StackConfig } from "../../local/engine/project/stackConfig.ts";
import { backendFromEnvironment, readDeployment } from "../../local/engine/state/backend.ts";
import type { DeploymentJson } from "../../local/engine/state/deploymentJson.ts";
import { type Crypter, openCrypter, passphraseFromEnvironment } from "../../local/engine/state/passphrase.ts";
import type { Options } from "./options.ts";
import type { Stack } from "./stack.ts";

/** The stack as the file backend keeps it, which the CLI and the local engine have in common. */
export async function stackOfFiles({ cwd, stack: asked }: Pick<Options, "cwd" | "stack">): Promise<Stack> {
  const project = await readProject(resolve(cwd));
  const backend = backendFromEnvironment(process.env);
  const name = await currentStack(project, backend, asked, process.env);
  const { deployment } = await readDeployment(backend, project.name, name);
  const [state, config] = [await openState(deployment), await configOfFiles({ cwd, stack: name })];
  return { deployment, ...state, config: config.values, notes: [...state.notes, ...config.notes] };
}

/** The configuration of a stack from its settings file. */
export async function configOfFiles({
  cwd,
  stack,
}: {
  readonly cwd: string;
  readonly stack: string;
}): Promise<{ values: Map<string, string>; notes: string[] }> {
  const config = await StackConfig.read(await readProject(resolve(cwd)), stack, undefined);
  const hasSecrets = [...config.values(undefined).values()].some(({ secret }) => secret);
  const { crypter, why }: Opened = hasSecrets ? await openWith(config.salt) : {};
  const readable = [...config.values(crypter)].filter(([, { secret }]) => !secret || crypter);
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
  const { crypter, why } =
    provider.type === "passphrase"
      ? await openWith(provider.state?.salt)
      : {
          why: `they are encrypted by "${provider.type}", which the Pulumi CLI can ask; run this without --file.`,
        };
  return crypter
    ? { decrypt: crypter.decrypt, notes: [] }
    : { notes: [`The secrets of the state could not be decrypted: ${why}`] };
}

interface Opened {
  readonly crypter?: Crypter;
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
    return { crypter: await openCrypter(await passphraseFromEnvironment(process.env), salt) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
