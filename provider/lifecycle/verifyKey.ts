import { IamKeysError } from "../errors.ts";
import type { Made, Properties } from "../kinds/kind.ts";
import { parseDuration } from "../rotation/duration.ts";
import type { OwnKeys } from "./ownKeys.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const BETWEEN_SUCCESSES_MS = 500;
const SUCCESSES_AFTER_REFUSAL = 3;

/** It cannot be found out whether the key works. */
class Untried extends Error {}

/** Why the key does not work; undefined if it works, or if it need not be tried. */
export async function verifyKey(
  own: OwnKeys,
  made: Made,
  inputs: Properties,
): Promise<IamKeysError | undefined> {
  if (!own.kind.verify || inputs.verify === false) return undefined;
  try {
    await own.events.step("verified", { keyId: made.id, step: "verify" }, () =>
      untilItWorks(own, made, inputs),
    );
  } catch (error) {
    if (error instanceof IamKeysError) return error;
    if (!(error instanceof Untried)) throw error;
    own.warn(error.message);
  }
  return undefined;
}

async function untilItWorks(
  { kind, session }: OwnKeys,
  { id, outputs }: Made,
  inputs: Properties,
): Promise<void> {
  const { ports } = session;
  const { timeout, successes } = trialOf(inputs.verify);
  const deadline = ports.now() + timeout;
  let last = "it is refused";
  let hasWorked = false;
  let [works, refusals, refusalPause] = [0, 0, FIRST_PAUSE_MS];
  for (;;) {
    try {
      const verification = await kind.verify?.(session, id, outputs, inputs);
      if (typeof verification === "object")
        throw new Untried(`key ${id} could not be tried: ${verification.unclear}`);
      hasWorked ||= verification === "works";
      if (verification === "works") works += 1;
      else [works, refusals] = [0, refusals + 1];
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      [works, refusals, last] = [0, refusals + 1, error.message];
    }
    // One success does not prove propagation: a key that was refused before may be refused again.
    if (works >= (successes ?? kind.successes ?? (refusals > 0 ? SUCCESSES_AFTER_REFUSAL : 1))) return;
    const pause = works > 0 ? BETWEEN_SUCCESSES_MS : refusalPause;
    if (works === 0) refusalPause = Math.min(refusalPause * 2, LONGEST_PAUSE_MS);
    if (ports.now() + pause > deadline) break;
    await ports.sleep(pause);
  }
  const outcome = refusals === 0 ? " often enough" : hasWorked ? " steadily" : "";
  throw new IamKeysError(
    "VERIFICATION_FAILED",
    `The new key ${id} did not work${outcome} within ${timeout / 1000} s${refusals > 0 ? `: ${last}` : ""}.`,
    {
      hint: "The key before it, if any, is untouched. A longer verify.timeout gives a new key more time; verify: false hands it out untried.",
    },
  );
}

/** How the program wants a key to be tried. */
function trialOf(verify: unknown): { readonly timeout: number; readonly successes: number | undefined } {
  const { timeout, successes } = (typeof verify === "object" ? verify : {}) as {
    readonly timeout?: string;
    readonly successes?: number;
  };
  return { timeout: parseDuration(timeout ?? "") ?? DEFAULT_TIMEOUT_MS, successes };
}
