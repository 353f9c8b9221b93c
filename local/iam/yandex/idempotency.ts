import { invalidArgument } from "./yandexError.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Refuses an Idempotency-Key which is not a UUID. */
export function checkIdempotencyKey(key: string | undefined): void {
  if (key !== undefined && !uuid.test(key)) throw invalidArgument("Idempotency-Key must be a UUID");
}

/**
 * Remembers the answers of mutations. What comes again with the same name gets the first answer,
 * or waits for it, whatever its body; a failure is not remembered, as nothing was done.
 */
export function createIdempotentAnswers() {
  const answers = new Map<string, Promise<object>>();
  return function once(name: string, carryOut: () => Promise<object>): Promise<object> {
    const known = answers.get(name);
    if (known) return known;
    const answer = carryOut();
    answers.set(name, answer);
    answer.catch(() => answers.delete(name));
    return answer;
  };
}
