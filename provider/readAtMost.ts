import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 64 * 1024;

/** Reads a file of at most so many bytes; of a larger one, or one without an end, it throws EFBIG instead of reading on. */
export function readAtMost(path: string, limit: number): Buffer {
  const file = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    for (let left = limit; ; ) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const read = readSync(file, chunk, 0, CHUNK, null);
      if (read === 0) return Buffer.concat(chunks);
      left -= read;
      if (left < 0) throw Object.assign(new Error("too large"), { code: "EFBIG" });
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
