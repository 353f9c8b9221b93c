import type { IncomingMessage, ServerResponse } from "node:http";
import { redact } from "../../provider/redact.ts";
import { type Answer, oneLine, refused, send } from "../http/answer.ts";
import { probed } from "../http/probes.ts";
import { Refusal } from "../http/refusal.ts";
import { readBody, requireJsonPost } from "../http/request.ts";
import { type OpenServer, openServer } from "../http/server.ts";
import type { WebhookOptions } from "./options.ts";
import { verifiedId } from "./signature.ts";
import { LeakWebhook } from "./webhook.ts";

/** Where events are sent. */
const PATH = "/leaks";

/**
 * Serves the webhook.
 *
 * @param log takes a line of what was done; never a secret
 */
export async function startServer(options: WebhookOptions, log: (line: string) => void): Promise<OpenServer> {
  const webhook = new LeakWebhook(options, (line) => log(oneLine(line)));
  let closing = false;

  async function answer(request: IncomingMessage): Promise<Answer> {
    requireJsonPost(request, PATH);
    if (closing) throw new Refusal(503, "The webhook is being stopped, so nothing was done.", 5);
    const body = await readBody(request);
    return webhook.take(verifiedId(options.signingKeys, request.headers, body), body);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const probe = probed(request, !closing);
    const answered =
      probe ?? (await answer(request).catch((error: unknown) => refused(refusalOf(error, log))));
    send(answered, request, response, closing);
  }

  return openServer(options, handle, log, () => {
    closing = true;
  });
}

/** What the sender may know of a failure. */
function refusalOf(error: unknown, log: (line: string) => void): Refusal {
  if (error instanceof Refusal) {
    log(oneLine(`refused with ${error.status}: ${error.message}`));
    return new Refusal(error.status, redact(error.message), error.retryAfterS);
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new Refusal(500, "The webhook failed in an unexpected way. Its log says more.");
}
