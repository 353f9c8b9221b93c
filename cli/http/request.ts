import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

/** The largest body, in bytes. No valid request comes near it. */
const LONGEST_BODY = 256 * 1024;

/** Refuses what is no POST of JSON to that path. */
export function requireJsonPost(request: IncomingMessage, path: string): void {
  if (request.url?.split("?", 1)[0] !== path) throw new Refusal(404, `There is nothing here. Try ${path}.`);
  if (request.method !== "POST") throw new Refusal(405, "The request must be a POST.");
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
    throw new Refusal(415, "The request must have the header Content-Type: application/json.");
}

/** The body as it was sent; refuses one that is too long before it is there. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLong = () => new Refusal(413, `The body must be at most ${LONGEST_BODY} bytes long.`);
  if (Number(request.headers["content-length"] ?? 0) > LONGEST_BODY) throw tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LONGEST_BODY) throw tooLong();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, "The body did not arrive as a whole.");
  }
  return Buffer.concat(chunks);
}
