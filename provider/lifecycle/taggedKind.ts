import type { Kind, Properties } from "../kinds/kind.ts";
import { ownerTag, withoutTag, withTag } from "./ownerTag.ts";

/**
 * The kind as the lifecycle uses it: on the server, a description ends with the tag of the key's owner. In a program
 * and its state, it does not. The properties say whose key it is, and have its mark.
 */
export function taggedKind(type: string, kind: Kind): Kind {
  const tagOf = (properties: Properties) => ownerTag(type, kind, properties);
  return {
    ...kind,

    async create(session, inputs) {
      const made = await kind.create(session, tagged(inputs, tagOf(inputs)));
      return { ...made, outputs: untagged(made.outputs, tagOf(inputs)) };
    },

    async read(session, id, outputs) {
      const live = await kind.read(session, id, outputs);
      return live && untagged(live, tagOf(outputs));
    },

    async update(session, id, outputs, inputs) {
      const [held, wanted] = [tagOf(outputs), tagOf(inputs)];
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
