import { jsonReply, type Reply } from "../exchange.ts";

/** A refusal in the words of OAuth (RFC 6749, section 5.2; RFC 8693, section 2.2.2). */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer that carries an error. */
export function oauthErrorReply(status: number, code: string, message: string): Reply {
  return jsonReply(status, { error: code, error_description: message }, { "cache-control": "no-store" });
}
