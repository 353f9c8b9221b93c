import type { OperationFault } from "../faults.ts";
import { yandexId } from "../identifiers.ts";
import type { Subject } from "../state.ts";
import { timestamp, withoutDefaults } from "./protoJson.ts";
import { YandexError } from "./yandexError.ts";

type Message = Parameters<typeof withoutDefaults>[0];
type Outcome = { readonly response: Message } | { readonly error: { code: number; message: string } };

interface Operation {
  readonly id: string;
  readonly description: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly metadata: Message;
  readonly dueAt: Date;
  /** Gives the response, or undefined where the operation never ends. */
  readonly carryOut: () => Message | undefined;
  modifiedAt: Date;
  outcome: Outcome | undefined;
}

/** What an operation does, and how it is described. */
export interface OperationPlan {
  readonly description: string;
  readonly createdBy: Subject;
  readonly metadata: Message;
  /** Does the work when the operation is due, and gives the response. */
  readonly carryOut: () => Message;
  readonly fault: OperationFault | undefined;
}

export type Operations = ReturnType<typeof createOperations>;

/** The long-running operations: started by updates and deletes, done `durationMs` later by the clock `now`. */
export function createOperations({ now, durationMs }: { now: () => Date; durationMs: number }) {
  const operations = new Map<string, Operation>();
  const pending = new Set<Operation>();
  return {
    start({ description, createdBy, metadata, carryOut, fault }: OperationPlan): object {
      const createdAt = now();
      const operation: Operation = {
        id: yandexId(),
        description,
        createdBy: createdBy.id,
        createdAt,
        modifiedAt: createdAt,
        metadata,
        dueAt: new Date(createdAt.getTime() + durationMs),
        carryOut: fault ? spoiled(carryOut, fault) : carryOut,
        outcome: undefined,
      };
      operations.set(operation.id, operation);
      if (durationMs > 0) pending.add(operation);
      else settle(operation);
      return asMessage(operation);
    },

    /** Carries out what is due by now. To be called before anything is looked at. */
    settleDue(): void {
      const at = now();
      for (const operation of pending) {
        if (at < operation.dueAt) continue;
        pending.delete(operation);
        settle(operation);
      }
    },

    find(id: string): object | undefined {
      const operation = operations.get(id);
      return operation && asMessage(operation);
    },
  };
}

function settle(operation: Operation): void {
  operation.outcome = outcomeOf(operation.carryOut);
  if (operation.outcome) operation.modifiedAt = operation.dueAt;
}

function outcomeOf(carryOut: Operation["carryOut"]): Outcome | undefined {
  try {
    const response = carryOut();
    return response && { response };
  } catch (error) {
    if (!(error instanceof YandexError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

function spoiled(carryOut: () => Message, { operation, when }: OperationFault): Operation["carryOut"] {
  return () => {
    if (when === "after") carryOut();
    if (operation === "neverDone") return undefined;
    throw new YandexError(operation.error.code, operation.error.message);
  };
}

function asMessage({ id, description, createdBy, createdAt, modifiedAt, metadata, outcome }: Operation) {
  return withoutDefaults({
    id,
    description,
    createdAt: timestamp(createdAt),
    createdBy,
    modifiedAt: timestamp(modifiedAt),
    done: outcome !== undefined,
    metadata,
    ...outcome,
  });
}

/** The response of an operation that has nothing to say. */
export const emptyResponse = { "@type": "type.googleapis.com/google.protobuf.Empty", value: {} } as const;
