import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createAgents } from "../provider/api/agents.ts";
import { signedGet } from "../provider/api/signedGet.ts";
import { exchangeAuthorizedKey } from "../provider/auth/yandex/signedExchange.ts";
import type { Properties } from "../provider/kinds/kind.ts";
import type { World } from "./world.ts";

// Shared, so that a year of uses does not leave a year of open connections.
const agents = createAgents("http://127.0.0.1", {});

/** Uses a key for what it is for, as a program that holds it would: whether it is accepted. */
export async function isAccepted({ iam }: World, id: string, key: Properties): Promise<boolean> {
  if (typeof key.privateKey === "string") return exchanges(iam.url, id, key);
  if (typeof key.accessKeyId === "string") return listsBuckets(iam.url, key);
  return callsAws(iam.url, id, key);
}

async function exchanges(url: string, id: string, key: Properties): Promise<boolean> {
  const file = {
    id,
    service_account_id: String(key.serviceAccountId),
    private_key: String(key.privateKey),
  };
  return exchangeAuthorizedKey(file, url, agents, Date.now()).then(
    () => true,
    () => false,
  );
}

async function listsBuckets(url: string, key: Properties): Promise<boolean> {
  const { status } = await signedGet({
    operation: "ListBuckets",
    url: `${url}/`,
    service: "s3",
    region: "ru-central1",
    accessKeyId: String(key.accessKeyId),
    secretAccessKey: String(key.secretAccessKey),
    agents,
    now: Date.now(),
  });
  return status === 200;
}

async function callsAws(endpoint: string, accessKeyId: string, key: Properties): Promise<boolean> {
  const sts = new STSClient({
    endpoint,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: String(key.secretAccessKey) },
  });
  try {
    await sts.send(new GetCallerIdentityCommand({}));
    return true;
  } catch {
    return false;
  } finally {
    sts.destroy();
  }
}
