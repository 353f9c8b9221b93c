import { EXIT, type ExitCode } from "../exitCodes.ts";
import { plain } from "../words.ts";
import { failuresIn } from "./errorCodes.ts";
import { RunFailed } from "./failure.ts";

const SEE_OUTPUT = "See the output of the run.";
const LONGEST_CAUSE = 500;

interface Known {
  readonly said: RegExp;
  readonly code: string;
  readonly what: string;
  readonly advice: string;
  readonly exitCode: ExitCode;
}

/** The engine's own messages after which another run does not help. */
const KNOWN: readonly Known[] = [
  {
    said: / has a problem: /,
    code: "INVALID_PROGRAM",
    what: "The program gives a resource a wrong argument.",
    advice: SEE_OUTPUT,
    exitCode: EXIT.person,
  },
  {
    said: /was not specified in --target list/,
    code: "NOT_DEPLOYED",
    what: "A key that is due needs something that is in the program, but not yet in the stack.",
    advice: "Deploy the program: pulumi up.",
    exitCode: EXIT.person,
  },
  {
    said: /incorrect passphrase|passphrase must be set/,
    code: "PASSPHRASE",
    what: "The passphrase of the stack is wrong, or missing.",
    advice: "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE.",
    exitCode: EXIT.unseen,
  },
  {
    said: /PULUMI_ACCESS_TOKEN must be set|[Ii]nvalid access token/,
    code: "NOT_LOGGED_IN",
    what: "The backend does not accept the run's login.",
    advice: "Log in: pulumi login, or PULUMI_ACCESS_TOKEN.",
    exitCode: EXIT.unseen,
  },
];

/**
 * The failure of a command that does not mention pulumi-iam-keys. It does not repeat unknown text, which may contain
 * anything from the program, another provider or the state. The output of the run has that text.
 */
export function engineFailure(said: string): RunFailed {
  return knownFailure(said) ?? new RunFailed("ENGINE", "The engine failed.", SEE_OUTPUT, EXIT.failed);
}

/** The failure of what comes before the program runs, which prints nothing by itself. */
export function setupFailure(said: string, what: string, advice: string): RunFailed {
  return knownFailure(said) ?? new RunFailed("SETUP", `${what}: ${causeIn(said)}.`, advice, EXIT.unseen);
}

/** What went wrong, on a line, without a secret. */
export function causeIn(said: string): string {
  // The Automation API repeats all that a command printed.
  const [, errors = said] = /\n stderr: ([\s\S]*?)(?:\n err\?: |$)/.exec(said) ?? [];
  const line = plain(errors.replace(/^error: /gm, "").trim())
    .replace(/\s+/g, " ")
    .replace(/\.$/, "");
  return line.length > LONGEST_CAUSE ? `${line.slice(0, LONGEST_CAUSE)}…` : line;
}

/** The failure that the errors of keys stand for: the first that needs a person, else the first. */
export function keyFailure(errors: readonly string[]): RunFailed | undefined {
  const failures = errors.flatMap(failuresIn);
  const worst = failures.find(({ exitCode }) => exitCode !== EXIT.failed) ?? failures[0];
  return worst && new RunFailed(worst.code, worst.what, worst.advice, worst.exitCode);
}

function knownFailure(text: string): RunFailed | undefined {
  const known = KNOWN.find(({ said }) => said.test(text));
  return known && new RunFailed(known.code, known.what, known.advice, known.exitCode);
}
