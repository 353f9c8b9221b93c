import type { Kind, Properties } from "../kinds/kind.ts";
import { withoutTag, withTag } from "./ownerTag.ts";

/**
 * The kind as the lifecycle uses it: on the server a description ends with the owner's tag, in a program and
 * its state it does not.
 *
 * @param held the tag that the keys of the state carry
 * @param wanted the tag that they are to carry: another one where the resource was renamed
 */
export function taggedKind(kind: Kind, held: string | undefined, wanted: string | undefined): Kind {
  if (held === undefined && wanted === undefined) return kind;
  return {
    ...kind,

    async create(session, inputs, idempotencyKey) {
      const made = await kind.create(session, tagged(inputs, wanted), idempotencyKey);
      return { ...made, outputs: untagged(made.outputs, wanted) };
    },

    async read(session, id, outputs) {
      const live = await kind.read(session, id, outputs);
      return live && untagged(live, held);
    },

    async update(session, id, outputs, inputs) {
      return untagged(await kind.update(session, id, tagged(outputs, held), tagged(inputs, wanted)), wanted);
    },
  };
}

function tagged(properties: Properties, tag: string | undefined): Properties {
  const description = withTag(properties.description, tag);
  return description === undefined ? properties : { ...properties, description };
}

function untagged(properties: Properties, tag: string | undefined): Properties {
  return typeof properties.description === "string"
    ? { ...properties, description: withoutTag(properties.description, tag) }
    : properties;
}
