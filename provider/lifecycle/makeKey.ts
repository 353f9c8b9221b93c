import { IamKeysError, mayHaveWorked, messageOf, PartialFailure, UnusableKey } from "../errors.ts";
import type { Made, Properties } from "../kinds/kind.ts";
import { lostNow, tryTidy } from "./leftBehind.ts";
import { handedOut, MARK } from "./mark.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { verifyKey } from "./verifyKey.ts";

/** A key was made that cannot be used, and that could not be deleted again, or must not be deleted yet. */
export class LeftOver extends Error {
  override readonly name = "LeftOver";
  readonly id: string;
  /** Whether somebody may have the key even so. */
  readonly mayBeHeld: boolean;

  constructor(id: string, message: string, mayBeHeld = false) {
    super(message);
    this.id = id;
    this.mayBeHeld = mayBeHeld;
  }
}

/** It could not be found out whether a key was made. */
export class Unsettled extends IamKeysError {}

/** A create failed and left no key, so it may be sent again. */
class NothingLeft extends Error {}

/**
 * Makes a key and tries it before anybody gets it. A key that turns out to be of no use, or whose secret is lost with
 * the reply, is deleted again. If even that fails, it throws `LeftOver` or `Unsettled`, so that the key is not
 * forgotten.
 */
export async function makeKey(own: OwnKeys, inputs: Properties): Promise<Made> {
  const marked = own.withNextMark(inputs);
  try {
    return await makeOnce(own, marked);
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error;
    return makeOnce(own, marked).catch((failure) => {
      throw failure instanceof NothingLeft ? failure.cause : failure;
    });
  }
}

async function makeOnce(own: OwnKeys, inputs: Properties): Promise<Made> {
  const made = await create(own, inputs);
  const refusal = await verifyKey(own, made, inputs);
  if (refusal) throw await discarded(own, made.id, made.outputs, refusal);
  return deliver(own, await handOut(own, made, inputs), inputs);
}

/** Ends the trial of a key on the server. From now on, somebody may have the key. */
async function handOut(own: OwnKeys, made: Made, inputs: Properties): Promise<Made> {
  const outputs = handedOut(made.outputs);
  if (outputs[MARK] === made.outputs[MARK]) return made;
  try {
    const held = own.withOwner({ ...inputs, ...made.outputs });
    await own.kind.update(own.session, made.id, held, handedOut(inputs));
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    throw await discarded(own, made.id, made.outputs, error);
  }
  return { ...made, outputs };
}

async function deliver(own: OwnKeys, made: Made, inputs: Properties): Promise<Made> {
  const { kind, session } = own;
  if (!kind.deliver) return made;
  try {
    return { ...made, outputs: await kind.deliver(session, made, inputs) };
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    // If the delivery may have arrived, somebody may use the key. It stays until there is another one.
    throw error.mayHaveWorked
      ? new LeftOver(made.id, `Key ${made.id} may have been delivered, or not. ${error.message}`, true)
      : await discarded(own, made.id, made.outputs, error);
  }
}

async function create(own: OwnKeys, inputs: Properties): Promise<Made> {
  let made: Made;
  try {
    made = await own.events.step(
      "created",
      { step: "create", reason: own.owner.reason },
      () => createNew(own, inputs),
      ({ id }) => ({ keyId: id }),
    );
  } catch (error) {
    if (error instanceof UnusableKey) throw await discarded(own, error.id, inputs, error.why);
    if (mayHaveWorked(error))
      throw own.findable ? await settled(own, error, inputs) : unknown(own, error, inputs);
    if (!(error instanceof IamKeysError)) throw error;
    throw error.code === "LIMIT_EXCEEDED" ? await withOthersNamed(own, error, inputs) : error;
  }
  own.owner.know(made.id);
  // A server that does not honor the Idempotency-Key makes a key each time that it receives the request.
  if (made.mayBeTwice) await tryTidy(own, inputs, "now");
  const { [MARK]: mark } = inputs;
  return mark === undefined ? made : { ...made, outputs: { ...made.outputs, [MARK]: mark } };
}

/** If a reply names a key that existed before, that key does not come from this request. Nothing may be done to it. */
async function createNew(own: OwnKeys, inputs: Properties): Promise<Made> {
  try {
    const made = await own.kind.create(own.session, inputs);
    if (own.owner.knows(made.id)) throw namesOldKey(made.id);
    return made;
  } catch (error) {
    const names = error instanceof UnusableKey || error instanceof PartialFailure ? error.id : undefined;
    throw names !== undefined && own.owner.knows(names) ? namesOldKey(names) : error;
  }
}

function namesOldKey(id: string): IamKeysError {
  const message = `The answer to the request for a new key names ${id}, which existed before.`;
  const error = new IamKeysError("UNEXPECTED_REPLY", message);
  error.mayHaveWorked = true;
  return error;
}

/** The refusal of one key too many, with the names of the keys that are in the way. */
async function withOthersNamed(own: OwnKeys, error: IamKeysError, inputs: Properties): Promise<IamKeysError> {
  const others = await own.othersInTheWay(inputs).catch(() => undefined);
  if (!others) return error;
  if (others.length > 0)
    return new IamKeysError(
      error.code,
      `${error.message} These do not belong to this resource: ${others.join("; ")}.`,
    );
  // Its hint is to delete a key.
  return new IamKeysError(error.code, error.message.replace(error.hint ?? "", "").trimEnd(), {
    hint: "Both keys belong to this resource, so delete neither. A replacement has no room for a third one. An order (iam-keys:rotateNow) makes a new key without a replacement.",
  });
}

/** What to do if it is unknown whether a create made a key: whatever it made is deleted. */
async function settled(own: OwnKeys, error: IamKeysError, inputs: Properties): Promise<Error> {
  const said = `${error.message} It is not known whether a key was made.`;
  const deleted: string[] = [];
  try {
    for (const id of await lostNow(own, inputs)) {
      await own.discard(id, inputs, "its secret was lost with the answer");
      deleted.push(id);
    }
  } catch (failure) {
    const why = messageOf(failure);
    return new Unsettled(error.code, `${said} ${why} The next run finds out, and deletes it.`, error);
  }
  const outcome = deleted.length
    ? `Key ${deleted.join(" and ")}, whose secret was lost with the answer, was deleted again.`
    : "No key was made.";
  const failure = new IamKeysError(error.code, `${error.message} ${outcome}`, { hint: "Run again." });
  const isOver = deleted.length > 0 || error.code === "SERVER_ERROR" || error.code === "UNEXPECTED_REPLY";
  if (isOver) return new NothingLeft("", { cause: failure });
  // Without a reply, the server may still be at work, and the key may appear later.
  return new Unsettled(error.code, `${said} None is there yet; the next run looks again.`, error);
}

/** The same for keys that carry no mark: a person must look. */
function unknown({ kind }: OwnKeys, error: IamKeysError, inputs: Properties): IamKeysError {
  const account = String(inputs[kind.account] ?? "the caller's own account");
  return new IamKeysError(error.code, `${error.message} It is not known whether a key was made.`, {
    // A hint of its own is in its message.
    hint: error.hint
      ? undefined
      : `Look at the keys of ${account}. If one was made just now and neither a stack nor a person has it, this call made it, and its secret is lost.`,
  });
}

/** Deletes a key that cannot be used, and returns the error that says so. */
async function discarded(own: OwnKeys, id: string, outputs: Properties, why: IamKeysError): Promise<Error> {
  try {
    await own.discard(id, outputs, "it cannot be used");
  } catch (error) {
    const reason = messageOf(error);
    return new LeftOver(
      id,
      `${why.message} Key ${id}, which cannot be used, could not be deleted: ${reason} The next run deletes it.`,
    );
  }
  return new IamKeysError(why.code, `${why.message} Key ${id}, which cannot be used, was deleted again.`, {
    hint: "Run again.",
  });
}

/** The failure of a resource that stays in the state with what it has, so that the next run can mend it. */
export function unfinished(id: string, properties: Properties, error: unknown): PartialFailure {
  return new PartialFailure(id, properties, messageOf(error));
}
