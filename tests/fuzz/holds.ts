import net from "node:net";
import { inspect } from "node:util";
import type { Door } from "./doors.ts";
import { CANARY } from "./hostile.ts";

/** The errors that a user is meant to read. */
const OURS = [
  "IamKeysError",
  "PartialFailure",
  "UnusableKey",
  "Refusal",
  "StackFailure",
  "EngineFailure",
  "BadUsage",
];

/** Far longer than any reader would read. */
const LONGEST_MESSAGE = 100_000;

let connections = 0;
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  connections += 1;
  return Reflect.apply(connect, this, args);
} as typeof connect;

/**
 * Holds for every input of every door: it gives a value, or an error of ours that says what is wrong and shows no secret;
 * and nothing is sent. Rejects, with why, where it does not.
 */
export async function holds({ enter, talks }: Door, input: unknown): Promise<void> {
  const before = connections;
  try {
    await enter(input as never);
  } catch (error) {
    if (!(error instanceof Error && OURS.includes(error.name))) throw error;
    if (error.message === "" || error.message.length > LONGEST_MESSAGE)
      throw new Error(`an error of ${error.message.length} characters`);
    if (inspect(error, { depth: 9 }).includes(CANARY)) throw new Error("an error shows a secret");
  }
  if (!talks && connections > before) throw new Error("a request was sent");
}
