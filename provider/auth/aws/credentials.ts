import { keepSecret } from "../../redact.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Keeps the credentials of a client out of all that is printed: the answer to a refused signature tells what was signed,
 * and the session token is part of that. They may come from the SDK's own chain: then nobody here has seen them before.
 */
export async function keepCredentials(client: {
  readonly config: { credentials(): Promise<Partial<AwsCredentials>> };
}): Promise<void> {
  const own = await client.config.credentials().catch(() => undefined);
  for (const secret of [own?.secretAccessKey, own?.sessionToken]) if (secret) keepSecret(secret);
}
