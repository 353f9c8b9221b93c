import { IamKeysError, PartialFailure, UnusableKey } from "../errors.ts";
import type { Kind, Made, Properties } from "../kinds/kind.ts";
import { parseDuration } from "../rotation/duration.ts";
import type { Session } from "../session.ts";
import { nameOf } from "./stampedInputs.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** A key was made that cannot be used, and could not be deleted again. */
export class LeftOver extends Error {
  override readonly name = "LeftOver";
  readonly id: string;

  constructor(id: string, message: string) {
    super(message);
    this.id = id;
  }
}

/**
 * Makes a key and tries it before anybody gets it. A key that turns out to be of no use is deleted again;
 * where even that fails, `LeftOver` names it, so that it is not forgotten.
 */
export async function makeKey(kind: Kind, session: Session, inputs: Properties): Promise<Made> {
  let made: Made;
  try {
    made = await kind.create(session, inputs);
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error;
    throw await discard(kind, session, error.id, inputs, error.why);
  }
  const refusal = await verify(kind, session, made, inputs);
  if (refusal) throw await discard(kind, session, made.id, made.outputs, refusal);
  return made;
}

/** Why the key does not work, or undefined where it does, or need not be known to. */
async function verify(
  kind: Kind,
  session: Session,
  { id, outputs }: Made,
  inputs: Properties,
): Promise<IamKeysError | undefined> {
  if (!kind.verify || inputs.verify === false) return undefined;
  const { ports } = session;
  const timeout = timeoutOf(inputs.verify);
  const deadline = ports.now() + timeout;
  let last = "it is refused";
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const verification = await kind.verify(session, id, outputs);
      if (verification === "works") return undefined;
      if (verification !== "refused") {
        ports.warn(`${nameOf(kind.type, inputs)}: key ${id} could not be tried: ${verification.unclear}.`);
        return undefined;
      }
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      last = error.message;
    }
    if (ports.now() + pause > deadline) break;
    await ports.sleep(pause);
  }
  return new IamKeysError(
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

async function discard(
  kind: Kind,
  session: Session,
  id: string,
  outputs: Properties,
  why: IamKeysError,
): Promise<Error> {
  try {
    await kind.delete(session, id, outputs);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new LeftOver(
      id,
      `${why.message} Key ${id}, which cannot be used, could not be deleted: ${reason} The next run deletes it.`,
    );
  }
  return new IamKeysError(why.code, `${why.message} Key ${id}, which cannot be used, was deleted again.`, {
    hint: "Run again.",
  });
}

/** The failure of a resource that is to stay in the state with what it has, to be mended by the next run. */
export function unfinished(id: string, properties: Properties, error: unknown): PartialFailure {
  return new PartialFailure(id, properties, error instanceof Error ? error.message : String(error));
}
