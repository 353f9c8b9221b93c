import { parseReply } from "./api/http.ts";
import { iamTokenReply } from "./api/iamTokenReply.ts";
import { IamKeysError } from "./errors.ts";
import { serviceAccountId } from "./kinds/fields.ts";
import { SystemPorts } from "./ports.ts";
import { Session } from "./session.ts";

const tokens = new Map<string, Promise<string>>();
let session: Session | undefined;

/**
 * Front door 2: what a program calls for itself. One token an account and process.
 *
 * @param config the stack's configuration by full names, secrets in the clear
 */
export function iamTokenFor(account: string, config: Readonly<Record<string, string>>): Promise<string> {
  const known = tokens.get(account);
  if (known) return known;
  session ??= new Session(new SystemPorts((name) => config[name]));
  const token = makeToken(session, account);
  tokens.set(account, token);
  return token;
}

async function makeToken({ yandex }: Session, account: string): Promise<string> {
  if (!serviceAccountId.safeParse(account).success) {
    throw new IamKeysError("INVALID_ARGUMENT", "serviceAccountId must be a text of 1 to 50 characters.");
  }
  const reply = await yandex.createTokenForServiceAccount(account);
  return parseReply("IamToken.createForServiceAccount", iamTokenReply, reply).iamToken;
}
