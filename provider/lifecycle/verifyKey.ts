import { IamKeysError } from "../errors.ts";
import type { Made, Properties } from "../kinds/kind.ts";
import { parseDuration } from "../rotation/duration.ts";
import type { OwnKeys } from "./ownKeys.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** It cannot be found out whether the key works. */
class Untried extends Error {}

/** Why the key does not work, or undefined where it does, or need not be known to. */
export async function verifyKey(
  own: OwnKeys,
  made: Made,
  inputs: Properties,
): Promise<IamKeysError | undefined> {
  if (!own.kind.verify || inputs.verify === false) return undefined;
  try {
    await own.events.step("verified", { keyId: made.id, step: "verify" }, () =>
      untilItWorks(own, made, timeoutOf(inputs.verify)),
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
  timeout: number,
): Promise<void> {
  const { ports } = session;
  const deadline = ports.now() + timeout;
  let last = "it is refused";
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const verification = await kind.verify?.(session, id, outputs);
      if (verification === "works") return;
      if (typeof verification === "object")
        throw new Untried(`key ${id} could not be tried: ${verification.unclear}`);
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      last = error.message;
    }
    if (ports.now() + pause > deadline) break;
    await ports.sleep(pause);
  }
  throw new IamKeysError(
    "VERIFICATION_FAILED",
    `The new key ${id} did not work within ${timeout / 1000} s: ${last}.`,
    {
      hint: "The key before it, if any, is untouched. A longer verify.timeout gives a new key more time; verify: false gives it out untried.",
    },
  );
}

function timeoutOf(verify: unknown): number {
  const timeout =
    typeof verify === "object" && verify !== null && "timeout" in verify ? verify.timeout : undefined;
  return (typeof timeout === "string" ? parseDuration(timeout) : undefined) ?? DEFAULT_TIMEOUT_MS;
}
