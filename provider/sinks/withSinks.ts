import { PartialFailure } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import { keepSecretsIn } from "../redact.ts";
import { holdsUnknown } from "../unknown.ts";
import { encryption } from "./encryption.ts";
import { lockbox } from "./lockbox.ts";
import { secretsManager } from "./secretsManager.ts";
import type { Sink } from "./sink.ts";

const SINKS: readonly Sink[] = [encryption, lockbox, secretsManager];

/**
 * The kind with the arguments that keep its secrets out of the state. If one is given, the outputs say where the
 * secrets went, and do not have them. To add, change or remove such an argument makes a new key.
 */
export function withSinks(kind: Kind): Kind {
  return {
    ...kind,
    inputs: kind.inputs.extend(
      Object.fromEntries(SINKS.map((sink) => [sink.argument, sink.field(kind).optional()])),
    ),
    replaceOn: [...kind.replaceOn, ...SINKS.map(({ argument }) => argument)],

    isDelivered(inputs) {
      return sinkOf(inputs) !== undefined;
    },

    needed(outputs) {
      return sinkOf(outputs)?.outputs(kind) ?? kind.secretOutputs;
    },

    problems(inputs, olds, now) {
      const given = SINKS.filter(({ argument }) => inputs[argument] !== undefined);
      const names = given.map(({ argument }) => argument).join(" and ");
      return [
        ...(kind.problems?.(inputs, olds, now) ?? []),
        ...(given.length > 1 ? [`${names} cannot be given together: a secret goes to one place`] : []),
      ];
    },

    async prepare(session, inputs) {
      const sink = sinkOf(inputs);
      // In a preview it may not be known yet.
      if (!sink || holdsUnknown(inputs[sink.argument])) return;
      await sink.prepare(session, targetOf(sink, inputs));
    },

    async create(session, inputs) {
      try {
        return await kind.create(session, inputs);
      } catch (error) {
        if (!(error instanceof PartialFailure) || !sinkOf(inputs)) throw error;
        // It goes into the state as it is. Without its secret the next run makes another key.
        throw new PartialFailure(error.id, withoutSecrets(kind, error.properties), error.message);
      }
    },

    async deliver(session, made, inputs) {
      const sink = sinkOf(inputs);
      if (!sink) return made.outputs;
      const target = targetOf(sink, inputs);
      // Whoever it is brought to may echo it.
      keepSecretsIn(made.outputs);
      const instead = await sink.deliver(kind, session, made, target);
      // Each key remembers where it went, because its resource may send the next one elsewhere.
      return { ...withoutSecrets(kind, made.outputs), ...instead, [sink.argument]: target };
    },

    async isStillDelivered(session, key) {
      return sinkOf(key)?.isThere?.(session, key);
    },

    deliveryOf(key) {
      const withdrawable = SINKS.filter(({ withdraw }) => withdraw !== undefined);
      const isDelivered = withdrawable.some((sink) =>
        sink.outputs(kind).some((name) => key[name] !== undefined),
      );
      if (!isDelivered) return undefined;
      const names = withdrawable.flatMap((sink) => [sink.argument, ...sink.outputs(kind)]);
      const isKnown = (name: string) => key[name] !== undefined;
      return { id: key.id, ...Object.fromEntries(names.filter(isKnown).map((name) => [name, key[name]])) };
    },

    async withdraw(session, key) {
      for (const sink of SINKS) await sink.withdraw?.(kind, session, key);
    },
  };
}

/** All outputs that replace a kind's secrets, wherever the secrets go. */
export function sinkOutputs(kind: Kind): readonly string[] {
  return SINKS.flatMap((sink) => sink.outputs(kind));
}

function sinkOf(properties: Properties): Sink | undefined {
  return SINKS.find(({ argument }) => properties[argument] !== undefined);
}

function targetOf({ argument }: Sink, inputs: Properties): Properties {
  return inputs[argument] as Properties;
}

function withoutSecrets({ secretOutputs }: Kind, outputs: Properties): Properties {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !secretOutputs.includes(name)));
}
