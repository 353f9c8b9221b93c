import { EXIT, type ExitCode } from "../exitCodes.ts";
import type { Failure } from "./failure.ts";

interface Meaning {
  readonly exitCode: ExitCode;
  readonly advice: string;
}

const again: Meaning = { exitCode: EXIT.failed, advice: "Run again; nothing is lost." };
const person = (advice: string): Meaning => ({ exitCode: EXIT.person, advice });

/** What each error code of pulumi-iam-keys asks for. */
export const ERROR_CODES: Readonly<Record<string, Meaning>> = {
  INVALID_CONFIG: person("Correct the setting that the error names."),
  INVALID_ARGUMENT: person("Correct the argument that the error names, in the program."),
  INVALID_STATE: person("Restore the state of an earlier run: `pulumi stack import`."),
  NO_CREDENTIALS: person("Give the run credentials: docs/credentials.md lists the ways in."),
  UNAUTHENTICATED: person("Give the run valid credentials: the ones it has are refused."),
  PERMISSION_DENIED: person("Give the run's account the role or the policy that the error names."),
  NOT_FOUND: person("Restore the account or the secret that the error names, or remove it from the program."),
  LIMIT_EXCEEDED: person("Delete a key that nobody uses from the account that the error names."),
  OWN_CREDENTIAL: person("Run with credentials other than the key to delete."),
  UNKNOWN_KIND: person("Install the version of pulumi-iam-keys that the program was written for: npm ci."),
  CONFLICT: again,
  RATE_LIMITED: again,
  UNAVAILABLE: again,
  SERVER_ERROR: again,
  TIMEOUT: again,
  CANCELLED: again,
  CONNECTION_FAILED: again,
  CONNECTION_REFUSED: again,
  UNEXPECTED_REPLY: again,
  OPERATION_FAILED: again,
  OPERATION_UNFINISHED: again,
  VERIFICATION_FAILED: again,
};

/** "[CODE]" or "[CODE, HTTP 403, request …]", as errors of pulumi-iam-keys have it. */
const CODE = /\[([A-Z_]+)(?:, [^\]]*)?\]/g;

/** The failures that a message speaks of, by the codes in it. */
export function failuresIn(message: string): Failure[] {
  return [...message.matchAll(CODE)].flatMap(([, code = ""]) => {
    const meaning = ERROR_CODES[code];
    return meaning ? [{ code, what: oneLine(message), ...meaning }] : [];
  });
}

function oneLine(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\s+/g, " ")
    .trim();
}
