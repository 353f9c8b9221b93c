import { resolve } from "node:path";
import { type Backend, backendFromEnvironment } from "../../../stack/files/backend.ts";
import { StackFailure } from "../../../stack/files/failure.ts";
import { passphraseFromEnvironment } from "../../../stack/files/passphrase.ts";
import { currentStack } from "../../../stack/files/selectedStack.ts";
import type { Flags } from "../commandLine.ts";
import { EngineFailure, exitCodes } from "../failure.ts";
import { type Project, readProject } from "../project/projectFile.ts";
import { StackConfig } from "../project/stackConfig.ts";
import { type ReadDeployment, readDeployment } from "../state/backend.ts";
import { type Crypter, createCrypter, openCrypter } from "../state/passphrase.ts";

/** What a command is given. */
export interface Invocation {
  /** The words after the command's own name. */
  readonly words: readonly string[];
  readonly flags: Flags;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/** A command's project and where its stacks are kept. */
export interface Workplace {
  readonly project: Project;
  readonly backend: Backend;
}

/** A stack with its settings and its last deployment. */
export interface OpenStack extends Workplace, ReadDeployment {
  readonly stack: string;
  readonly config: StackConfig;
}

/** Finds the project of the working directory (or of --cwd). */
export async function openWorkplace({ flags, env }: Invocation): Promise<Workplace> {
  return {
    project: await readProject(resolve(flags.text("cwd") ?? ".")),
    backend: backendFromEnvironment(env),
  };
}

/** Opens the stack that is asked for, or selected. */
export async function openStack(
  invocation: Invocation,
  asked = invocation.flags.text("stack"),
): Promise<OpenStack> {
  const { flags, env } = invocation;
  const { project, backend } = await openWorkplace(invocation);
  const stack = await currentStack(project, backend, asked, env);
  const read = await readDeployment(backend, project.name, stack);
  const config = await StackConfig.read(project, stack, flags.text("config-file"));
  return { project, backend, stack, config, ...read };
}

/** The crypter of a stack's secrets; a stack that has none yet gets one, which is then kept in its settings. */
export async function openSecrets(
  { config, deployment }: Pick<OpenStack, "config" | "deployment">,
  env: NodeJS.ProcessEnv,
): Promise<Crypter> {
  const provider = deployment.secrets_providers?.type ?? "passphrase";
  if (provider !== "passphrase") {
    throw new EngineFailure(`the local engine knows the passphrase secrets provider only, not '${provider}'`);
  }
  try {
    const passphrase = await passphraseFromEnvironment(env);
    const salt = config.salt ?? deployment.secrets_providers?.state?.salt;
    if (salt !== undefined) return await openCrypter(passphrase, salt);
    const crypter = await createCrypter(passphrase);
    config.setSalt(crypter.salt);
    await config.save();
    return crypter;
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    throw new EngineFailure(`getting stack configuration: get stack secrets manager: ${error.message}`);
  }
}

/** Opens what the state itself was encrypted with, should that differ from the settings of the stack. */
export async function openStateSecrets(
  stack: Pick<OpenStack, "deployment">,
  crypter: Crypter,
  env: NodeJS.ProcessEnv,
): Promise<Crypter> {
  const salt = stack.deployment.secrets_providers?.state?.salt;
  return salt === undefined || salt === crypter.salt
    ? crypter
    : await openCrypter(await passphraseFromEnvironment(env), salt);
}

/** Fails unless the number of words is as the command takes. */
export function expectWords(words: readonly string[], minimum: number, maximum: number): void {
  if (words.length >= minimum && words.length <= maximum) return;
  const wanted = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
  throw new EngineFailure(`accepts ${wanted} arg(s), received ${words.length}`);
}

/** Refuses to go on without a yes that nobody can give. */
export function expectConfirmation(flags: Flags): void {
  if (flags.has("preview-only")) {
    const contradicting = ["skip-preview", "yes"].find((name) => flags.has(name));
    if (contradicting === undefined) return;
    throw new EngineFailure(`--${contradicting} and --preview-only cannot be used together`);
  }
  if (flags.has("yes") || flags.has("skip-preview")) return;
  throw new EngineFailure(
    "--yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive mode",
    exitCodes.unconfirmed,
  );
}
