import type { TestContext } from "node:test";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { LocalCredential, LocalIam } from "../index.ts";
import { jwtOf } from "./jwtOf.ts";
import { sendSigned } from "./signedRequest.ts";
import { awsKeyOf, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

/** A key, and what its consumer does with it. */
export interface KeyInUse {
  readonly id: string;
  /** Uses it once, and says whether it was taken. */
  use(now?: Date): Promise<boolean>;
}

async function signedListOfBuckets(
  iam: LocalIam,
  key: { readonly accessKeyId: string; readonly secretAccessKey: string },
  date: Date | undefined,
  signed: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const options = { ...key, service: "s3", signed, ...(date && { date }) };
  const { status, body } = await sendSigned(`${iam.url}/`, options);
  return taken(status, 403, body.includes("InvalidAccessKeyId"));
}

/** A refusal is of one form only: anything else that goes wrong is not about the key. */
function taken(status: number, refusal: number, isRefusal = true): boolean {
  if (status === 200) return true;
  if (status === refusal && isRefusal) return false;
  throw new Error(`answered ${status}`);
}

/** Makes a key of each kind, as any program does. */
export const keysInUse: Readonly<
  Record<
    Exclude<LocalCredential["kind"], "yandex:IamToken" | "yandex:OAuthClientSecret">,
    (t: TestContext, iam: LocalIam) => Promise<KeyInUse>
  >
> = {
  async "yandex:ServiceAccountKey"(_t, iam) {
    const file = await iam.serviceAccountKeyFile(iam.serviceAccountId);
    return {
      id: file.id,
      async use(now = new Date()) {
        const json = { jwt: await jwtOf(file, now) };
        return taken((await yandex(iam).post("iam/v1/tokens", { json })).statusCode, 401);
      },
    };
  },

  async "yandex:StaticAccessKey"(_t, iam) {
    const { body } = await yandex(iam).post<YandexBody>("iam/aws-compatibility/v1/accessKeys", {
      json: { serviceAccountId: iam.serviceAccountId },
    });
    const key = { accessKeyId: body.accessKey.keyId, secretAccessKey: body.secret };
    return { id: body.accessKey.id, use: (now) => signedListOfBuckets(iam, key, now) };
  },

  async "yandex:ApiKey"(_t, iam) {
    const { serviceAccountId } = iam;
    const { body } = await yandex(iam).post<YandexBody>("iam/v1/apiKeys", { json: { serviceAccountId } });
    const headers = { authorization: `Api-Key ${body.secret}` };
    return {
      id: body.apiKey.id,
      async use() {
        const answer = await yandex(iam).get(`iam/v1/serviceAccounts/${serviceAccountId}`, { headers });
        return taken(answer.statusCode, 401);
      },
    };
  },

  async "yandex:EphemeralAccessKey"(_t, iam) {
    const { body } = await yandex(iam).post<{ accessKeyId: string; secret: string; sessionToken: string }>(
      "iam/aws-compatibility/v1/ephemeralAccessKeys",
      { json: { subjectId: iam.serviceAccountId, sessionName: "test" } },
    );
    const key = { accessKeyId: body.accessKeyId, secretAccessKey: body.secret };
    const session = { "x-amz-security-token": body.sessionToken };
    return { id: key.accessKeyId, use: (now) => signedListOfBuckets(iam, key, now, session) };
  },

  async "aws:AccessKey"(t, iam) {
    const credentials = await awsKeyOf(t, iam, iam.userName);
    const sts = new STSClient({ endpoint: iam.url, region: "us-east-1", credentials, maxAttempts: 1 });
    t.after(() => sts.destroy());
    return {
      id: credentials.accessKeyId,
      use: () =>
        sts.send(new GetCallerIdentityCommand({})).then(
          () => true,
          (error) => {
            if (error.name === "InvalidClientTokenId") return false;
            throw error;
          },
        ),
    };
  },
};
