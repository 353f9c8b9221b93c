import type { AuthenticatedCall } from "./call.ts";
import { notFound } from "./yandexError.ts";

/** Operation.get */
export function getOperation({ operations, path: { operationId = "" } }: AuthenticatedCall): object {
  const operation = operations.find(operationId);
  if (!operation) throw notFound(`Operation ${operationId} not found`);
  return operation;
}
