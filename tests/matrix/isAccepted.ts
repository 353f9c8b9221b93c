import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { LocalIam } from "../../local/iam/index.ts";
import { createAgents } from "../../provider/api/agents.ts";
import { signedGet } from "../../provider/api/signedGet.ts";
import { exchangeAuthorizedKey } from "../../provider/auth/yandex/signedExchange.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
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

async function exchanges(url: string, key: Properties, now: number): Promise<boolean> {
  const file = {
    id: String(key.id),
    service_account_id: String(key.serviceAccountId),
    private_key: String(key.privateKey),
  };
  await exchangeAuthorizedKey(file, url, createAgents(url, {}), now);
  return true;
}

async function listsBuckets(url: string, key: Properties, now: number): Promise<boolean> {
  const request = {
    operation: "ListBuckets",
    url: `${url}/`,
    service: "s3",
    region: "ru-central1",
    accessKeyId: String(key.accessKeyId),
    secretAccessKey: String(key.secretAccessKey),
    agents: createAgents(url, {}),
    now,
  };
  // The signer sends the token of a session along, though this provider never signs with one.
  const ofSession = { ...request, sessionToken: key.sessionToken };
  const { status } = await signedGet(key.sessionToken === undefined ? request : ofSession);
  return status === 200;
}

async function callsAws(endpoint: string, key: Properties, now: number): Promise<boolean> {
  const sts = new STSClient({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    systemClockOffset: now - Date.now(),
    credentials: { accessKeyId: String(key.id), secretAccessKey: String(key.secretAccessKey) },
  });
  try {
    await sts.send(new GetCallerIdentityCommand({}));
    return true;
  } finally {
    sts.destroy();
  }
}
