import { spawn } from "node:child_process";
import type { Found } from "./findLeaked.ts";
import { SECRET_VARIABLE } from "./options.ts";

/** A run takes minutes. One that takes longer hangs, and would hold up the next order. */
const LONGEST_RUN_MS = 60 * 60_000;

/**
 * Starts the pipeline: runs the command with the order in its environment, and what it prints goes where this process prints.
 * Resolves to why it failed, if it did.
 */
export function placeOrder(
  [file = "", ...args]: readonly string[],
  { stack, order = "" }: Pick<Found, "stack" | "order">,
): Promise<string | undefined> {
  const { [SECRET_VARIABLE]: _, ...own } = process.env;
  const env = { ...own, IAM_KEYS_ROTATE_NOW: order, IAM_KEYS_STACK: stack };
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      env,
      stdio: ["ignore", "inherit", "inherit"],
      timeout: LONGEST_RUN_MS,
    });
    child.once("error", (error: NodeJS.ErrnoException) => resolve(`could not be started (${error.code})`));
    child.once("close", (code, signal) => {
      resolve(code === 0 ? undefined : `ended with ${signal ?? code}`);
    });
  });
}
