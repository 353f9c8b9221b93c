import { closeSync, openSync, readSync } from "node:fs";

/** Reads a file of at most so many bytes; of a larger one, or one without an end, it throws EFBIG instead of reading on. */
export function readAtMost(path: string, limit: number): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(limit + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= limit; length += read)
      read = readSync(file, bytes, length, limit + 1 - length, null);
    if (length > limit) throw Object.assign(new Error("too large"), { code: "EFBIG" });
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
