import * as pulumi from "@pulumi/pulumi";
import { isOrdered, parseRotateNow } from "../provider/rotation/emergency.ts";

const names = new Set<string>();

/**
 * Takes note of a resource that an order to rotate at once, `iam-keys:rotateNow`, may name. An order that names none
 * of the program's has a slip in it, and whoever gave it thinks that a leak is closed: the end of the program says so.
 */
export function noteName(name: string): void {
  if (names.size === 0) process.once("exit", sayIfUnmatched);
  names.add(name);
}

const ORDERS = {
  "iam-keys:rotateNow": { environment: "IAM_KEYS_ROTATE_NOW", does: "rotates" },
  "iam-keys:revertNow": { environment: "IAM_KEYS_REVERT_NOW", does: "reverts" },
};

function sayIfUnmatched(exitCode: number): void {
  const config = pulumi.runtime.allConfig();
  for (const [order, { environment, does }] of Object.entries(ORDERS)) {
    const setting = config[order] || process.env[environment];
    const given = setting ? parseRotateNow(setting) : undefined;
    // A program that failed may not have come to the resource; an order that cannot be read is refused elsewhere.
    if (exitCode !== 0 || !given || [...names].some((name) => isOrdered(given, name))) continue;
    // By now, the engine reads only what the program prints.
    console.error(
      `warning: ${order} is "${setting}", which ${does} nothing: it names none of ${[...names].join(", ")}.`,
    );
  }
}
