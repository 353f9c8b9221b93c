import * as z from "zod";
import { moment } from "../../provider/kinds/fields.ts";
import type { Kind } from "../../provider/kinds/kind.ts";
import { FOR_ESC } from "../../provider/kinds/table.ts";

/** What the schedule of the environment decides instead, and its state. */
export const NOT_ASKED_FOR = ["rotate", "expiryMargin", "keepers", "adopt"];

/** An id becomes a part of a path. With dots or slashes, it would be another address. */
const id = z.string().regex(/^[\w-]{1,128}$/, { error: "must be the id of a key" });
const text = z.string().optional();

/** What the lifecycle adds. */
const SAID_BY_US = ["inactiveSince", "mark"];

/** What may stand in a key of that kind. Everything else that comes in is dropped. */
function keySchema(kind: Kind) {
  const asked = Object.entries(kind.inputs.shape).filter(
    ([name]) => ![...NOT_ASKED_FOR, "verify"].includes(name),
  );
  // If secrets were delivered, the argument that asked for it and the outputs of the delivery replace them.
  const delivered = asked.flatMap(([name]) => kind.needed?.({ [name]: {} }) ?? []);
  const said = kind.outputs.filter((name) => !(name in kind.inputs.shape));
  const names = [...said, ...SAID_BY_US, ...delivered];
  if (kind.idOutput) names.push(kind.idOutput);
  return z.object({
    ...Object.fromEntries(asked as [string, z.ZodType][]),
    ...Object.fromEntries(names.map((name) => [name, text])),
    // The program's limit does not apply, because the API has the description with its tag.
    description: text,
    id,
    createdAt: moment.optional(),
  });
}

/** What was delivered of a key that could not be deleted yet. */
function deliverySchema(kind: Kind) {
  const key = keySchema(kind).partial().required({ id: true });
  return key.transform((held) => kind.deliveryOf?.(held) ?? { id: held.id });
}

const previousOf = (kind: Kind) => keySchema(kind).extend({ replacedAt: moment });

/** What the environment holds from the last rotation of a key of that kind. */
export function stateSchema(kind: Kind) {
  return keySchema(kind).extend({
    rotatedAt: moment.optional(),
    previous: previousOf(kind).optional(),
    rotation: z
      .object({
        kind: z.enum(FOR_ESC),
        owner: z.string(),
        abandoned: z.array(id).optional(),
        deliveries: z.array(deliverySchema(kind)).optional(),
        mark: z.string().optional(),
      })
      .optional(),
  });
}

export type EscState = z.infer<ReturnType<typeof stateSchema>>;
