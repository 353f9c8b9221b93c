import type { LocalIam } from "../../local/iam/index.ts";
import { IamKeysError } from "../../provider/errors.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { callsAws, exchanges, listsBuckets } from "../../simulation/consumer.ts";
import { readPayload } from "./lockbox.ts";
import type { MatrixWorld } from "./world.ts";

const UNHEARD: readonly string[] = ["CONNECTION_FAILED", "CONNECTION_REFUSED", "TIMEOUT"];
const MOST_TRIES = 3;

/** Uses a key for what it is for, as whoever holds it would: whether the server takes it. */
export async function isAccepted(world: MatrixWorld, key: Properties): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await isTaken(world, key);
    } catch (error) {
      // A connection that broke says nothing of the key.
      const isUnheard = error instanceof IamKeysError && UNHEARD.includes(error.code);
      if (!isUnheard) return false;
      if (tries === MOST_TRIES) throw error;
    }
  }
}

async function isTaken({ iam, clock }: MatrixWorld, key: Properties): Promise<boolean> {
  const { url } = iam;
  const now = clock.now().getTime();
  if (typeof key.lockboxVersionId === "string") return listsBuckets(url, await readDelivered(iam, key), now);
  if (typeof key.iamToken === "string") return reads(url, "?folderId=any", `Bearer ${key.iamToken}`);
  // What an OAuth client does with its secret is served by nobody here.
  if (typeof key.oauthClientId === "string") return iam.keys().some(({ id }) => id === key.id);
  if (typeof key.secret === "string") return reads(url, `/${key.serviceAccountId}`, `Api-Key ${key.secret}`);
  if (typeof key.privateKey === "string") return exchanges(url, key, now);
  // By the plugin's door an AWS key says so twice: its id is its accessKeyId.
  if (String(key.id).startsWith("AKIA")) return callsAws(url, key, now);
  return listsBuckets(url, key, now);
}

/** The key as whoever reads it in Lockbox finds it. */
async function readDelivered(iam: LocalIam, { lockboxSecretId, lockboxVersionId }: Properties) {
  const entries = await readPayload(iam, String(lockboxSecretId), String(lockboxVersionId));
  return { accessKeyId: entries.id, secretAccessKey: entries.secret };
}

async function reads(url: string, what: string, authorization: string): Promise<boolean> {
  return (await fetch(`${url}/iam/v1/serviceAccounts${what}`, { headers: { authorization } })).ok;
}
