import type { IncomingMessage } from "node:http";
import { type Answer, jsonAnswer } from "./answer.ts";

/** The paths at which a probe asks whether the process answers, and whether it takes requests. */
export const LIVE_PATH = "/livez";
export const READY_PATH = "/readyz";

/** The path that the request looks at without asking for anything. */
export function pathLookedAt({ method, url }: IncomingMessage): string | undefined {
  return ["GET", "HEAD"].includes(method ?? "") ? url?.split("?", 1)[0] : undefined;
}

/** The answer to a probe; undefined if the request is none. */
export function probed(request: IncomingMessage, isReady: boolean): Answer | undefined {
  const path = pathLookedAt(request);
  if (path === LIVE_PATH) return jsonAnswer(200, { status: "alive" });
  if (path !== READY_PATH) return undefined;
  return jsonAnswer(isReady ? 200 : 503, { status: isReady ? "ready" : "closing" });
}
