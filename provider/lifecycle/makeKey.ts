import { randomUUID } from "node:crypto";
import { IamKeysError, mayHaveWorked, messageOf, PartialFailure, UnusableKey } from "../errors.ts";
import type { Made, Properties } from "../kinds/kind.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { verifyKey } from "./verifyKey.ts";

/** A key was made that cannot be used, and could not, or must not yet, be deleted again. */
export class LeftOver extends Error {
  override readonly name = "LeftOver";
  readonly id: string;

  constructor(id: string, message: string) {
    super(message);
    this.id = id;
  }
}

/** Whether a key was made is not known, and could not be found out. */
export class Unsettled extends IamKeysError {}

/** The server has carried out this create for an earlier request: it gives that one's key, or refuses to do it twice. */
class Repeated extends Error {}

/** A create failed, and no key is left of it: it may be sent anew. */
class NothingLeft extends Error {}

/**
 * Makes a key and tries it before anybody gets it. A key that turns out to be of no use, or whose secret is
 * lost with the answer, is deleted again; where even that fails, `LeftOver` or `Unsettled` says so, so that
 * it is not forgotten.
 */
export async function makeKey(own: OwnKeys, inputs: Properties): Promise<Made> {
  try {
    const idempotencyKey = await own.idempotencyKey();
    const made = await createOnce(own, inputs, idempotencyKey, idempotencyKey !== undefined);
    return await verified(own, made, inputs);
  } catch (error) {
    if (!(error instanceof NothingLeft || error instanceof Repeated)) throw error;
    const made = await createAnew(own, inputs);
    // The key of the earlier request is that of a run which was cut off, or the one that is being replaced; and a
    // list that lagged behind may show by now what seemed to have left nothing.
    await own.trySweep(made.outputs, "now");
    return made;
  }
}

/** A second create, under an Idempotency-Key of its own: under the first one the server goes on as it did. */
async function createAnew(own: OwnKeys, inputs: Properties): Promise<Made> {
  try {
    return await verified(own, await createOnce(own, inputs, randomUUID(), false), inputs);
  } catch (error) {
    throw error instanceof NothingLeft ? error.cause : error;
  }
}

async function verified(own: OwnKeys, made: Made, inputs: Properties): Promise<Made> {
  const refusal = await verifyKey(own, made, inputs);
  if (refusal) throw await discarded(own, made.id, made.outputs, refusal);
  return delivered(own, made, inputs);
}

async function delivered(own: OwnKeys, made: Made, inputs: Properties): Promise<Made> {
  const { kind, session } = own;
  if (!kind.deliver) return made;
  try {
    return { ...made, outputs: await kind.deliver(session, made, inputs) };
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    // Where it may have arrived, somebody may use it: it stays until there is another one.
    throw error.mayHaveWorked
      ? new LeftOver(made.id, `Key ${made.id} may have been delivered, or not. ${error.message}`)
      : await discarded(own, made.id, made.outputs, error);
  }
}

/** @param isOwn whether a run that was cut off may have sent the create under this Idempotency-Key before */
async function createOnce(
  own: OwnKeys,
  inputs: Properties,
  idempotencyKey: string | undefined,
  isOwn: boolean,
): Promise<Made> {
  const begun = own.session.ports.now();
  let made: Made;
  try {
    made = await own.events.step(
      "created",
      { step: "create", reason: own.owner.reason },
      () => createFirst(own, inputs, idempotencyKey, isOwn),
      ({ id }) => ({ keyId: id }),
    );
  } catch (error) {
    if (error instanceof UnusableKey) throw await discarded(own, error.id, inputs, error.why);
    if (mayHaveWorked(error) && own.kind.list) throw await settled(own, error, inputs, begun);
    if (!(error instanceof IamKeysError)) throw error;
    if (isOwn && error.code === "CONFLICT") throw new Repeated(error.message);
    throw error.code === "LIMIT_EXCEEDED" ? await withOthersNamed(own, error, inputs) : error;
  }
  own.owner.know(made.id, made.outputs.createdAt);
  return made;
}

/** A create that is answered with a key which was made for it. */
async function createFirst(
  { kind, owner, session }: OwnKeys,
  inputs: Properties,
  idempotencyKey: string | undefined,
  isOwn: boolean,
): Promise<Made> {
  const begun = session.ports.now();
  const made = await kind.create(session, inputs, idempotencyKey);
  if (isOwn && (owner.knows(made.id) || isRepeated(made, session.ports.now() - begun, begun)))
    throw new Repeated(`the server answered with key ${made.id}, which it had made for an earlier request`);
  return made;
}

/** Whether the key was made before it was asked for, by the clock of the server. */
function isRepeated({ outputs: { createdAt }, answeredAt }: Made, elapsed: number, begun: number): boolean {
  if (typeof createdAt !== "string") return false;
  const asked = answeredAt === undefined ? begun : answeredAt - elapsed;
  // A time without a fraction may be any in its second; and a second for clocks that are not quite one.
  const latest = Date.parse(createdAt) + (createdAt.includes(".") ? 0 : 999);
  return latest < asked - 1000;
}

/** The refusal of one key too many, with those that are in the way. */
async function withOthersNamed(own: OwnKeys, error: IamKeysError, inputs: Properties): Promise<IamKeysError> {
  const others = await own.othersInTheWay(inputs).catch(() => []);
  if (others.length === 0) return error;
  return new IamKeysError(error.code, `${error.message} Not of this resource: ${others.join("; ")}.`);
}

/** What to do about a create of which nobody knows whether it made a key: whatever it made is deleted. */
async function settled(own: OwnKeys, error: IamKeysError, inputs: Properties, begun: number): Promise<Error> {
  const unknown = `${error.message} It is not known whether a key was made.`;
  if (!own.findable) {
    const account = inputs.serviceAccountId ? `service account ${inputs.serviceAccountId}` : "the caller";
    return new IamKeysError(error.code, unknown, {
      hint: `Look at the keys of ${account}: one that was made just now and that no stack knows is this one, and its secret is lost; delete it.`,
    });
  }
  const deleted: string[] = [];
  try {
    for (const id of await own.lostWithin(own.session.ports.now() - begun, inputs)) {
      await own.remove(id, inputs, "its secret was lost with the answer");
      deleted.push(id);
    }
  } catch (failure) {
    const why = messageOf(failure);
    return new Unsettled(error.code, `${unknown} ${why} The next run finds out, and deletes it.`, error);
  }
  const outcome = deleted.length
    ? `Key ${deleted.join(" and ")}, whose secret was lost with the answer, was deleted again.`
    : "No key was made.";
  const failure = new IamKeysError(error.code, `${error.message} ${outcome}`, { hint: "Run again." });
  // Without an answer the server may still be at work: then only the same Idempotency-Key, in the next run, is
  // sure not to make a second key.
  const isOver = deleted.length > 0 || error.code === "SERVER_ERROR" || error.code === "UNEXPECTED_REPLY";
  return isOver ? new NothingLeft("", { cause: failure }) : failure;
}

/** Deletes a key that cannot be used; says so. */
async function discarded(own: OwnKeys, id: string, outputs: Properties, why: IamKeysError): Promise<Error> {
  try {
    await own.remove(id, outputs, "it cannot be used");
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

/** The failure of a resource that is to stay in the state with what it has, to be mended by the next run. */
export function unfinished(id: string, properties: Properties, error: unknown): PartialFailure {
  return new PartialFailure(id, properties, messageOf(error));
}
