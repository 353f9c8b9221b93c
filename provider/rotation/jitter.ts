import { parseDuration } from "./duration.ts";

/** The part of the jitter that is this resource's, in whole seconds: the same in each run, whoever asks. In milliseconds. */
export function jitterOf(jitter: string, seed: string): number {
  const share = hashOf(seed) / 2 ** 32;
  return Math.floor(((parseDuration(jitter) ?? 0) * share) / 1000) * 1000;
}

/** FNV-1a in 32 bits, with MurmurHash3's end, so that names which differ in their last letter lie far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
