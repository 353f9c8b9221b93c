import { iamTokenOf } from "./iamTokenOf.ts";
import { SystemPorts } from "./ports.ts";
import { Session } from "./session.ts";

let session: Session | undefined;

/**
 * What a program calls for itself, without a resource. One token an account and process.
 *
 * @param config the stack's configuration by full names, secrets unencrypted
 */
export function iamTokenFor(account: string, config: Readonly<Record<string, string>>): Promise<string> {
  session ??= new Session(new SystemPorts((name) => config[name]));
  return iamTokenOf(session, account);
}
