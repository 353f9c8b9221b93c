import { IamKeysError } from "../errors.ts";
import type { OneKey, Properties } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import { ADOPT } from "./adoptedId.ts";
import { asInputs } from "./difference.ts";
import { keySince, restamped, stampsOfNew } from "./keyDecision.ts";
import { isRotating, loadWholeKind } from "./loadLifecycle.ts";
import { MARK } from "./mark.ts";
import { OWNER } from "./ownerInput.ts";
import { withoutAnyTag } from "./ownerTag.ts";
import { OwnKeys } from "./ownKeys.ts";
import { compact, madeAt } from "./properties.ts";

/** A key that exists, as a resource has it after it adopted the key without the secret. */
interface Imported {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;
}

/**
 * Reads a key that a resource of that type takes over; undefined if there is no such key. It changes nothing: the next
 * run of the program brings the key in line.
 *
 * @param importId "<account>/<key id>"
 */
export async function importKey(
  type: string,
  session: Session,
  importId: string,
  owner: string,
): Promise<Imported | undefined> {
  const kind = await loadWholeKind(type);
  if (!kind.isAdoptable) {
    throw new IamKeysError("INVALID_ARGUMENT", `${type} cannot be imported: the API shows no such key.`);
  }
  const [, account, keyId] = /^([^/]+)\/([^/]+)$/.exec(importId) ?? [];
  if (account === undefined || keyId === undefined) {
    throw new IamKeysError("INVALID_ARGUMENT", `"${importId}" does not name a key and its owner.`, {
      hint: `The id to import is "<${kind.account}>/<key id>", such as "${EXAMPLES[kind.account] ?? "me"}/<key id>".`,
    });
  }
  const given = { [kind.account]: account, [OWNER]: owner, [ADOPT]: { id: keyId } };
  const own = OwnKeys.ofNew(type, kind, session, given);
  const live = await own.kind.read(session, keyId, given);
  if (!live) return undefined;
  if (live[kind.account] !== undefined && live[kind.account] !== account) {
    throw new IamKeysError(
      "INVALID_ARGUMENT",
      `Key ${keyId} is of ${live[kind.account]}, not of ${account}.`,
    );
  }
  const key = { ...live, ...described(live), [MARK]: own.nextMark };
  const held = { ...given, ...key };
  const since = keySince(key) ?? session.ports.now();
  const stamps = restamped(kind, stampsOfNew(session.ports, given, since, {}), given);
  const inputs = asInputs(kind, Object.keys(kind.inputs.shape), held);
  // The server learns whose key it is in the next run of the program. Until then, that differs.
  const { [OWNER]: _, ...known } = inputs;
  if (!isRotating(type)) return { id: keyId, inputs, outputs: compact({ ...known, ...key, ...stamps }) };
  const current = compact({
    ...key,
    id: keyId,
    createdAt: madeAt(key) ?? new Date(since).toISOString(),
  }) as OneKey;
  const outputs = compact({ ...known, current, [MARK]: own.nextMark, ...stamps });
  return { id: session.ports.uuid(), inputs, outputs };
}

const EXAMPLES: Readonly<Record<string, string>> = {
  serviceAccountId: "ajeabc1d2e3f4g5h6i7j",
  userName: "uploader",
};

/** The description without the tag of an owner that the key had. */
function described({ description }: Properties): Properties {
  return typeof description === "string" ? { description: withoutAnyTag(description) } : {};
}
