import type { Kind } from "../../provider/kinds/kind.ts";
import { neededOutputs } from "../../provider/lifecycle/neededOutputs.ts";
import { hasRevertOrder } from "../../provider/lifecycle/revertOrder.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import { currentFacts } from "./currentFacts.ts";
import { blank, type Facts, isOverdue, momentOf, type Subject, UNKNOWN_NEXT } from "./heldStatus.ts";
import type { KeyStatus } from "./keyStatus.ts";
import { rehearse } from "./rehearsal.ts";
import { abandonedStatuses } from "./strayStatuses.ts";

const ENCRYPTED =
  "The state holds the rest of the rotating resources' keys encrypted. To show it, set the stack's passphrase in PULUMI_CONFIG_PASSPHRASE, or use the Pulumi CLI.";

/** The keys of a rotating resource in a state that cannot be decrypted: only what it holds unencrypted. */
export async function encryptedStatuses(subject: Subject): Promise<KeyStatus[]> {
  const { resource, kind, api, now } = subject;
  const { previous, keySince } = resource.outputs;
  const readable = { ...resource, outputs: unencrypted(subject) };
  const { list: _, ...unlisted } = kind;
  // Without the id of a key, there is nothing to ask the API for.
  const blind: Kind = { ...unlisted, read: async (_session, _id, held) => held };
  const rehearsal = await rehearse(readable, blind, api);
  const encrypted = { ...blank(resource), notes: [ENCRYPTED] };
  const facts = withoutUnknownIds(currentFacts({ ...subject, resource: readable }, rehearsal));
  const current = {
    ...encrypted,
    ...facts,
    isOverdue: isOverdue(facts, undefined, now),
    createdAt: momentOf(keySince),
  };
  const next = { ...UNKNOWN_NEXT, reason: "encrypted" as const };
  return [
    current,
    ...(previous ? [{ ...encrypted, state: "previous" as const, next }] : []),
    ...(await abandonedStatuses(subject, rehearsal, [UNKNOWN])),
  ];
}

/** The outputs with stand-ins for the encrypted keys. */
function unencrypted({ resource, kind, api }: Subject): Record<string, unknown> {
  const { current, previous, ...outputs } = resource.outputs;
  // Only an order to go back needs to know that there is a previous key.
  const isOrdered = previous !== undefined && hasRevertOrder(api.session.ports, resource.inputs, outputs);
  const { keySince } = outputs;
  return {
    ...outputs,
    ...(current ? { current: { id: UNKNOWN, createdAt: keySince } } : {}),
    ...(isOrdered ? { previous: { ...secretsOf(kind, outputs), id: UNKNOWN, replacedAt: keySince } } : {}),
  };
}

/** Stand-ins for the secrets that the encrypted key has. */
function secretsOf(kind: Kind, outputs: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(neededOutputs(kind, outputs).map((name) => [name, UNKNOWN]));
}

/** The facts in words that do not show the stand-in for an id. */
function withoutUnknownIds({ next, ...facts }: Facts): Facts {
  const text = next.text
    .replaceAll(`previous key ${UNKNOWN}`, "previous key")
    .replaceAll(UNKNOWN, "the current key");
  return { ...facts, next: { ...next, text } };
}
