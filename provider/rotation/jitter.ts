import { createHash } from "node:crypto";
import { parseDuration } from "./duration.ts";

const BYTES = 6;

/** The part of the jitter that is this resource's, in whole seconds: the same in each run, whoever asks. In milliseconds. */
export function jitterOf(jitter: string, seed: string): number {
  const share = createHash("sha256").update(seed).digest().readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
  return Math.floor(((parseDuration(jitter) ?? 0) * share) / 1000) * 1000;
}
