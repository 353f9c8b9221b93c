import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createAgents } from "../../provider/api/agents.ts";
import { s3ErrorCode, signedGet } from "../../provider/api/signedGet.ts";
import { readAuthorizedKey } from "../../provider/auth/authorizedKey.ts";
import { exchangeAuthorizedKey } from "../../provider/auth/yandex/signedExchange.ts";

/** The stack outputs of `examples/quickstart`, secrets in the clear. */
export interface QuickstartOutputs {
  readonly keyFile: string;
  readonly storageAccessKeyId: string;
  readonly storageSecretAccessKey: string;
  readonly iamToken: string;
  readonly awsAccessKeyId: string;
  readonly awsSecretAccessKey: string;
}

/** One use of a credential, as its consumer would make it; resolves to whether the server took it. */
export interface Use {
  readonly name: string;
  readonly accepted: boolean;
}

/** The server, and what it takes for the present time. */
export interface Server {
  readonly url: string;
  readonly now: number;
}

/** Uses the key that rotates, for real, against the server. */
export function useRotatingKey(server: Server, outputs: QuickstartOutputs): Promise<Use> {
  return use("static key, signing a request to Object Storage", () => listBuckets(server, outputs));
}

/** Uses each of the other credentials of the quickstart, likewise. */
export async function useOtherCredentials(server: Server, outputs: QuickstartOutputs): Promise<Use[]> {
  return Promise.all([
    use("authorized key, exchanged for an IAM token", () => exchange(server, outputs.keyFile)),
    use("IAM token, reading the list of service accounts", () =>
      listServiceAccounts(server, outputs.iamToken),
    ),
    use("AWS key, asking AWS who it belongs to", () => getCallerIdentity(server, outputs)),
  ]);
}

async function use(name: string, attempt: () => Promise<boolean>): Promise<Use> {
  return { name, accepted: await attempt().catch(() => false) };
}

async function exchange({ url, now }: Server, keyFile: string): Promise<boolean> {
  const key = readAuthorizedKey({ value: keyFile, source: "the stack output keyFile" });
  const { token } = await exchangeAuthorizedKey(key, url, createAgents(url, process.env), now);
  return listServiceAccounts({ url }, token);
}

async function listBuckets({ url, now }: Server, outputs: QuickstartOutputs): Promise<boolean> {
  const { status, body } = await signedGet({
    operation: "ListBuckets",
    url: `${url}/`,
    service: "s3",
    region: "ru-central1",
    accessKeyId: outputs.storageAccessKeyId,
    secretAccessKey: outputs.storageSecretAccessKey,
    agents: createAgents(url, process.env),
    now,
  });
  return status === 200 || s3ErrorCode(body) === "AccessDenied";
}

async function listServiceAccounts({ url }: Pick<Server, "url">, iamToken: string): Promise<boolean> {
  const answer = await fetch(`${url}/iam/v1/serviceAccounts?folderId=any`, {
    headers: { authorization: `Bearer ${iamToken}` },
  });
  return answer.ok;
}

async function getCallerIdentity({ url, now }: Server, outputs: QuickstartOutputs): Promise<boolean> {
  const sts = new STSClient({
    endpoint: url,
    region: "us-east-1",
    maxAttempts: 1,
    systemClockOffset: now - Date.now(),
    credentials: { accessKeyId: outputs.awsAccessKeyId, secretAccessKey: outputs.awsSecretAccessKey },
  });
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  return Arn !== undefined;
}
