import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import type { Kind, Made, Properties } from "../kinds/kind.ts";
import { looksSecret } from "../redact.ts";
import type { Session } from "../session.ts";
import { UNKNOWN } from "../unknown.ts";
import { ADOPT, adoptedId } from "./adoptedId.ts";
import { changedInputs } from "./difference.ts";
import { handedOut, MARK } from "./mark.ts";
import { nameOf, ownerOf } from "./ownerInput.ts";
import type { OwnKeys } from "./ownKeys.ts";
import { compact } from "./properties.ts";

/** The id goes into addresses and messages, where no secret may be. */
const adoptId = z
  .string()
  .min(1)
  .max(128)
  .refine((id) => !looksSecret(id), {
    error: "looks like a secret: it must be the id of the key, whose secret is adopt.secret",
  })
  .refine((id) => id === UNKNOWN || (/^[\w=+,.@-]*$/.test(id) && !/^\.+$/.test(id)), {
    error: "must be the id of a key, as the API lists it",
  });

const adopt = z.strictObject({
  id: adoptId,
  secret: z.string().min(1).optional(),
});

/** The kind with the argument `adopt`, where its keys can be found by their ids. */
export function adoptable(kind: Kind): Kind {
  if (!kind.isAdoptable) return kind;
  return {
    ...kind,
    inputs: kind.inputs.extend({ [ADOPT]: adopt.optional() }),
    chosenByApi: [...kind.chosenByApi, ADOPT],
    replaceOn: [...kind.replaceOn, ADOPT],
    isSame: (name, outputs, inputs) =>
      name === ADOPT
        ? adoptedId(outputs) === adoptedId(inputs)
        : (kind.isSame?.(name, outputs, inputs) ?? false),
    problems: (inputs, olds, now) => [
      ...(kind.problems?.(inputs, olds, now) ?? []),
      ...secretProblems(kind, inputs),
      // The keys after it are made for the account of the inputs, so that account must be its own.
      ...(inputs[ADOPT] === undefined || inputs[kind.account] !== undefined
        ? []
        : [`${kind.account} is required with adopt: it must say whose key that is`]),
    ],
  };
}

function secretProblems(kind: Kind, inputs: Properties): string[] {
  const { secret } = (inputs[ADOPT] ?? {}) as { secret?: string };
  if (secret === undefined || secret === UNKNOWN) return [];
  const problem = kind.secretProblem?.(secret);
  return problem === undefined ? [] : [`adopt.secret ${problem}`];
}

/**
 * Returns the inputs with the key that they adopt. If that key is not adopted yet, it reads the key, and throws if the
 * adoption is not possible. An adopted key stays adopted if the program drops the argument. Only the memory of this
 * process keeps the secret, so that no state has it as an input.
 */
export async function checkAdoption(
  type: string,
  kind: Kind,
  session: Session,
  olds: Properties,
  given: Properties,
): Promise<Properties> {
  const [before, id] = [adoptedId(olds), adoptedId(given)];
  const owner = session.owners.of(ownerOf(type, given));
  // The engine may ask for a replacement without a look at the outputs, which say the same.
  if (before !== undefined) owner.know(before);
  const adopted = id ?? before;
  if (adopted === undefined) return given;
  const inputs = { ...given, [ADOPT]: { id: adopted } };
  // The run looks at what a preview does not know yet.
  const isKnown = ![adopted, given[kind.account]].includes(UNKNOWN);
  if (!isKnown || owner.owns(adopted)) return inputs;
  // Even if the adoption fails, the resource that has the key now does not delete it in this run.
  session.owners.takeOver(adopted, owner);
  const live = await findAdoptable(kind, session, adopted, inputs);
  const { secret } = given[ADOPT] as { secret?: string };
  if (secret !== undefined) session.holdAdoptedSecret(adopted, secret);
  const [secretOutput = ""] = kind.secretOutputs;
  const changeable = Object.keys(live).filter((name) => name in kind.inputs.shape);
  const changes = changedInputs(kind, changeable, live, inputs);
  const words = [
    `key ${adopted} is adopted`,
    ...(secret === undefined
      ? [`without its secret: ${secretOutput} is absent until the first rotation makes a new key`]
      : []),
    ...(changes.length > 0 ? [`and changed to what the program says of ${changes.join(" and ")}`] : []),
  ];
  if (words.length > 1) session.ports.warn(`${nameOf(type, inputs)}: ${words.join(", ")}.`);
  return inputs;
}

/**
 * Takes over the key that the inputs name, in line with them; undefined if they name none, or one that the resource had
 * before. Whatever fails, the key stays.
 */
export async function adoptKey(own: OwnKeys, inputs: Properties): Promise<Made | undefined> {
  const { kind, session, owner } = own;
  const id = adoptedId(inputs);
  if (id === undefined || owner.owns(id)) return undefined;
  const live = await findAdoptable(kind, session, id, inputs);
  const secret = session.adoptedSecret(id);
  const [secretOutput = ""] = kind.secretOutputs;
  const held = compact({ ...live, [secretOutput]: secret });
  if (secret !== undefined && inputs.verify !== false) await trySecret(own, id, held, inputs);
  // An adopted key is in use, so it is not on trial.
  const wanted = handedOut(own.withNextMark(inputs));
  const changed = await own.events.step("adopted", { keyId: id, step: "adopt" }, () =>
    kind.update(session, id, held, wanted),
  );
  const made = { id, outputs: compact({ ...held, ...changed, [MARK]: wanted[MARK] }) };
  const delivered = secret === undefined ? undefined : await kind.deliver?.(session, made, inputs);
  owner.adopt(id);
  session.owners.takeOver(id, owner);
  return { id, outputs: delivered ?? made.outputs };
}

async function trySecret(own: OwnKeys, id: string, held: Properties, inputs: Properties): Promise<void> {
  const verification = await own.kind.verify?.(own.session, id, held, inputs);
  if (verification === "refused") {
    throw new IamKeysError("INVALID_ARGUMENT", `adopt.secret is refused with the key ${id}.`, {
      hint: "Give the secret that came with that key, or none. The key is untouched.",
    });
  }
  if (verification === "works") own.events.happened("verified", { keyId: id, step: "verify" });
  if (typeof verification === "object") own.warn(`key ${id} could not be tried: ${verification.unclear}`);
}

async function findAdoptable(
  kind: Kind,
  session: Session,
  id: string,
  inputs: Properties,
): Promise<Properties> {
  const live = await kind.read(session, id, inputs);
  const account = inputs[kind.account];
  if (!live) {
    throw new IamKeysError("INVALID_ARGUMENT", `adopt.id names no key of ${account}: there is no ${id}.`, {
      hint: `It must be the id of a key of ${account} as the API lists it. If that key was adopted before and is gone, remove adopt.`,
    });
  }
  const unlike = kind.replaceOn.filter(
    (name) => Object.hasOwn(live, name) && isUnlike(kind, name, live, inputs),
  );
  if (unlike.length === 0) return live;
  throw isAnotherKey(`adopt.id names the key ${id}`, unlike, live);
}

/** The refusal of a key whose properties of these names differ from what the program says. */
export function isAnotherKey(named: string, unlike: readonly string[], key: Properties): IamKeysError {
  const words = unlike.map((name) => `${name} would have to be ${JSON.stringify(key[name])}`).join(" and ");
  return new IamKeysError("INVALID_ARGUMENT", `${named}, for which ${words}.`);
}

/** Whether the key differs from the inputs in something that cannot be changed. */
function isUnlike(kind: Kind, name: string, live: Properties, inputs: Properties): boolean {
  if (inputs[name] === undefined && kind.chosenByApi.includes(name)) return false;
  return !isDeepStrictEqual(inputs[name] ?? kind.defaults[name], live[name]);
}
