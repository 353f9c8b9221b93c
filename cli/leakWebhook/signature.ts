import type { IncomingHttpHeaders } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { Refusal } from "../http/refusal.ts";

/**
 * The id of a delivery that is signed as https://www.standardwebhooks.com says, by one of these keys and within the last five
 * minutes; refuses any other.
 */
export function verifiedId(keys: readonly Uint8Array[], headers: IncomingHttpHeaders, body: Buffer): string {
  const texts = Object.fromEntries(
    ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [
      name,
      String(headers[name] ?? ""),
    ]),
  );
  let problem = "";
  for (const key of keys) {
    try {
      new Webhook(key, { format: "raw" }).verify(body, texts, { jsonParse: false });
      return texts["webhook-id"] ?? "";
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      problem = error.message;
    }
  }
  throw new Refusal(401, `The event is not signed as Standard Webhooks asks for: ${problem}.`);
}
