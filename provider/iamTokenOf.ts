import { parseReply } from "./api/http.ts";
import { iamTokenReply } from "./api/iamTokenReply.ts";
import { IamKeysError } from "./errors.ts";
import { serviceAccountId } from "./kinds/fields.ts";
import type { Session } from "./session.ts";

const tokens = new WeakMap<Session, Map<string, Promise<string>>>();

/** An IAM token of the account, for the program itself: one an account and session. */
export function iamTokenOf(session: Session, account: string): Promise<string> {
  const known = tokens.get(session) ?? new Map<string, Promise<string>>();
  tokens.set(session, known);
  const token = known.get(account) ?? makeToken(session, account);
  known.set(account, token);
  return token;
}

async function makeToken({ yandex }: Session, account: string): Promise<string> {
  if (!serviceAccountId.safeParse(account).success) {
    throw new IamKeysError("INVALID_ARGUMENT", "serviceAccountId must be a text of 1 to 50 characters.");
  }
  const reply = await yandex.createTokenForServiceAccount(account);
  return parseReply("IamToken.createForServiceAccount", iamTokenReply, reply).iamToken;
}
