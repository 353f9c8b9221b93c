import { failuresIn } from "./errorCodes.ts";
import { RunFailed } from "./failure.ts";

const SEE_OUTPUT = "See the output of the run.";

/** What the engine says by itself where only a person can help. */
const FOR_A_PERSON: readonly (readonly [RegExp, code: string, what: string, advice: string])[] = [
  [/ has a problem: /, "INVALID_PROGRAM", "The program gives a resource a wrong argument.", SEE_OUTPUT],
  [
    /was not specified in --target list/,
    "NOT_DEPLOYED",
    "A key that is due needs something which is in the program and not in the stack.",
    "Deploy the program: pulumi up.",
  ],
  [
    /incorrect passphrase|passphrase must be set/,
    "PASSPHRASE",
    "The passphrase of the stack is wrong, or missing.",
    "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE.",
  ],
  [
    /PULUMI_ACCESS_TOKEN must be set|[Ii]nvalid access token/,
    "NOT_LOGGED_IN",
    "The backend does not know who runs.",
    "Log in: pulumi login, or PULUMI_ACCESS_TOKEN.",
  ],
];

/**
 * The failure of a command that says nothing of pulumi-iam-keys. What is not known is not repeated: it may hold whatever
 * the program, another provider or the state has in it.
 */
export function engineFailure(said: string, otherwise: string): RunFailed {
  const known = FOR_A_PERSON.find(([text]) => text.test(said));
  if (known) return new RunFailed(known[1], known[2], known[3]);
  return new RunFailed("ENGINE", otherwise, SEE_OUTPUT, { needsPerson: false });
}

/** The failure that the errors of keys stand for: the first that needs a person, else the first. */
export function keyFailure(errors: readonly string[]): RunFailed | undefined {
  const failures = errors.flatMap(failuresIn);
  const worst = failures.find(({ needsPerson }) => needsPerson) ?? failures[0];
  return worst && new RunFailed(worst.code, worst.what, worst.advice, worst);
}
