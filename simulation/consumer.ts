import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { LocalIam } from "../local/iam/index.ts";
import { createAgents } from "../provider/api/agents.ts";
import { signedGet } from "../provider/api/signedGet.ts";
import { exchangeAuthorizedKey } from "../provider/auth/yandex/signedExchange.ts";
import type { Properties } from "../provider/kinds/kind.ts";
import type { World } from "./world.ts";

// Shared, so that a year of uses does not leave a year of open connections.
const agents = createAgents("http://127.0.0.1", {});

/** Uses a key for what it is for, as a program that holds it would: whether it is accepted. */
export async function isAccepted({ iam }: World, id: string, key: Properties): Promise<boolean> {
  const held = { ...key, id };
  if (typeof key.secret === "string") return isKnown(iam, held);
  if (typeof key.accessKeyId === "string" && typeof key.privateKey !== "string")
    return listsBuckets(iam.url, held, Date.now());
  const use = typeof key.privateKey === "string" ? exchanges : callsAws;
  return use(iam.url, held, Date.now()).catch(() => false);
}

/** Shows an API key to what takes such keys. Where a secret of another kind is taken is not served: there its existence decides. */
async function isKnown(iam: LocalIam, { id, secret, serviceAccountId }: Properties): Promise<boolean> {
  if (serviceAccountId === undefined) return iam.keys().some((key) => key.id === id);
  const { ok } = await fetch(`${iam.url}/iam/v1/serviceAccounts/${serviceAccountId}`, {
    headers: { authorization: `Api-Key ${secret}` },
  });
  return ok;
}

/** Exchanges an authorized key for a token; throws where it is refused. */
export async function exchanges(url: string, key: Properties, now: number): Promise<boolean> {
  const file = {
    id: String(key.id),
    service_account_id: String(key.serviceAccountId),
    private_key: String(key.privateKey),
  };
  await exchangeAuthorizedKey(file, url, agents, now);
  return true;
}

/** Signs a request to Object Storage with a static or an ephemeral key. */
export async function listsBuckets(url: string, key: Properties, now: number): Promise<boolean> {
  const request = {
    operation: "ListBuckets",
    url: `${url}/`,
    service: "s3",
    region: "ru-central1",
    accessKeyId: String(key.accessKeyId),
    secretAccessKey: String(key.secretAccessKey),
    agents,
    now,
  };
  // The signer sends the token of a session along, though this provider never signs with one.
  const ofSession = { ...request, sessionToken: key.sessionToken };
  const { status } = await signedGet(key.sessionToken === undefined ? request : ofSession);
  return status === 200;
}

/** Asks AWS who the key belongs to; throws where it is refused. */
export async function callsAws(endpoint: string, key: Properties, now: number): Promise<boolean> {
  const sts = new STSClient({
    endpoint,
    region: "eu-central-1",
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
