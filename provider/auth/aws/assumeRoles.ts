import type { AssumeRoleCommandInput, STSClientConfig } from "@aws-sdk/client-sts";
import * as z from "zod";
import { awsError } from "../../api/awsError.ts";
import { parseReply } from "../../api/http.ts";
import { keepSecret } from "../../redact.ts";
import type { AssumedRole } from "./assumedRole.ts";
import { type AwsCredentials, keepCredentials } from "./credentials.ts";

const RENEW_BEFORE_END_MS = 5 * 60_000;

const assumeReply = z.object({
  Credentials: z.object({
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    SessionToken: z.string().min(1),
    Expiration: z.date(),
  }),
});

type Session = AwsCredentials & { readonly expiration: Date };

/** Credentials of the last of the roles: one session for all clients, until shortly before it ends. */
export function assumeRoles(
  roles: readonly AssumedRole[],
  own: STSClientConfig,
  now: () => number,
): () => Promise<AwsCredentials> {
  let held: Promise<Session> | undefined;
  return async () => {
    const current = held;
    const session = await current;
    const isEnding = session && session.expiration.getTime() - RENEW_BEFORE_END_MS <= now();
    // A second caller must not discard the session that the first one has begun to renew.
    if (isEnding && held === current) held = undefined;
    held ??= assumeAll(roles, own).catch((error) => {
      held = undefined;
      throw error;
    });
    return held;
  };
}

async function assumeAll(roles: readonly AssumedRole[], own: STSClientConfig): Promise<Session> {
  const [last, ...before] = roles.toReversed();
  if (!last) throw new Error("there is no role to assume");
  const config =
    before.length === 0 ? own : { ...own, credentials: await assumeAll(before.toReversed(), own) };
  return assumeOne(last, config);
}

async function assumeOne(role: AssumedRole, config: STSClientConfig): Promise<Session> {
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  const sts = new STSClient({ ...config, maxAttempts: 5 });
  try {
    const reply = await sts.send(new AssumeRoleCommand(role as AssumeRoleCommandInput));
    const { Credentials: made } = parseReply("AssumeRole", assumeReply, reply);
    for (const secret of [made.SecretAccessKey, made.SessionToken]) keepSecret(secret);
    return {
      accessKeyId: made.AccessKeyId,
      secretAccessKey: made.SecretAccessKey,
      sessionToken: made.SessionToken,
      expiration: made.Expiration,
    };
  } catch (error) {
    await keepCredentials(sts);
    const failure = awsError("AssumeRole", { service: "sts", name: `role ${role.RoleArn}` }, error);
    // The request that needs the role was not sent.
    failure.neverSent = true;
    throw failure;
  }
}
