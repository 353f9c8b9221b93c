import type { LocalIam } from "../../local/iam/index.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { callsAws, exchanges, listsBuckets } from "../../simulation/consumer.ts";
import { readPayload } from "./lockbox.ts";
import type { MatrixWorld } from "./world.ts";

/** Uses a key for what it is for, as whoever holds it would: whether the server takes it. */
export async function isAccepted({ iam, clock }: MatrixWorld, key: Properties): Promise<boolean> {
  const { url } = iam;
  const now = clock.now().getTime();
  try {
    if (typeof key.lockboxVersionId === "string")
      return await listsBuckets(url, await readDelivered(iam, key), now);
    if (typeof key.iamToken === "string") return await reads(url, "?folderId=any", `Bearer ${key.iamToken}`);
    if (typeof key.secret === "string")
      return await reads(url, `/${key.serviceAccountId}`, `Api-Key ${key.secret}`);
    if (typeof key.privateKey === "string") return await exchanges(url, key, now);
    if (typeof key.accessKeyId === "string") return await listsBuckets(url, key, now);
    return await callsAws(url, key, now);
  } catch {
    return false;
  }
}

/** The key as whoever reads it in Lockbox finds it. */
async function readDelivered(iam: LocalIam, { lockboxSecretId, lockboxVersionId }: Properties) {
  const entries = await readPayload(iam, String(lockboxSecretId), String(lockboxVersionId));
  return { accessKeyId: entries.id, secretAccessKey: entries.secret };
}

async function reads(url: string, what: string, authorization: string): Promise<boolean> {
  return (await fetch(`${url}/iam/v1/serviceAccounts${what}`, { headers: { authorization } })).ok;
}
