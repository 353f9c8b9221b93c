import { signingKey } from "../../provider/audit/webhook.ts";
import { IamKeysError } from "../../provider/errors.ts";
import { BadUsage } from "../command.ts";
import { type GivenPlace, type Place, readPlace } from "../http/place.ts";
import { type Environment, Variables, variableOf } from "../http/variables.ts";

/** What the environment variables of the command begin with. */
export const PREFIX = "IAM_KEYS_LEAKS";
export const SECRET_VARIABLE = variableOf(PREFIX, "secret");

/** What the command line says. */
export interface GivenOptions extends GivenPlace {
  readonly stack?: readonly string[];
  readonly allStacks?: boolean;
  readonly cwd: string;
}

/** How the webhook runs. */
export interface WebhookOptions extends Place {
  /** Undefined: all of the project. */
  readonly stacks: readonly string[] | undefined;
  readonly cwd: string;
  /** What places an order: a program and its arguments. */
  readonly command: readonly string[];
  /** Any of them signs an event: while the sender changes from one to the next there are two. */
  readonly signingKeys: readonly Uint8Array[];
}

/** Completes what the command line says with what the environment does; throws `BadUsage`. */
export function readOptions(
  { stack, allStacks = false, cwd, ...given }: GivenOptions,
  command: readonly string[],
  environment: Environment,
): WebhookOptions {
  if (!stack && !allStacks) throw new BadUsage("--stack or --all-stacks is required: whose keys are these?");
  if (command.length === 0)
    throw new BadUsage(
      "The command that places an order is missing: give it behind --, such as: -- npx iam-keys rotate --stack production",
    );
  const variables = new Variables(PREFIX, { ...given }, environment);
  return {
    stacks: stack && [...new Set(stack)],
    cwd,
    command,
    signingKeys: signingKeysIn(environment[SECRET_VARIABLE] ?? ""),
    ...readPlace(variables),
  };
}

/** On no command line: others would see it there. */
function signingKeysIn(text: string): Uint8Array[] {
  const secrets = text.split(/\s+/).filter(Boolean);
  if (secrets.length === 0)
    throw new BadUsage(
      `${SECRET_VARIABLE} is required: the secret that signs the events, such as the output of: echo "whsec_$(openssl rand -base64 32)"`,
    );
  try {
    return secrets.map((value) => signingKey({ value, source: SECRET_VARIABLE }));
  } catch (error) {
    throw error instanceof IamKeysError ? new BadUsage(error.message) : error;
  }
}
