import { importPKCS8, SignJWT } from "jose";
import type { LocalIam } from "../../local/iam/index.ts";

export interface KeyFile {
  readonly id: string;
  readonly service_account_id: string;
  readonly private_key: string;
}

/** Exchanges a key file for an IAM token as its user would, and gives the answer's HTTP status and token. */
export async function exchangeKeyFile(
  iam: LocalIam,
  { id, service_account_id, private_key }: KeyFile,
): Promise<{ readonly status: number; readonly iamToken: string | undefined }> {
  const pem = private_key.slice(private_key.indexOf("-----BEGIN"));
  const jwt = await new SignJWT()
    .setProtectedHeader({ alg: "PS256", kid: id })
    .setIssuer(service_account_id)
    .setAudience("https://iam.api.cloud.yandex.net/iam/v1/tokens")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(await importPKCS8(pem, "PS256"));
  const response = await fetch(`${iam.url}/iam/v1/tokens`, { method: "POST", body: JSON.stringify({ jwt }) });
  const { iamToken } = (await response.json()) as { iamToken?: string };
  return { status: response.status, iamToken };
}

/** The HTTP status that a bearer token is answered with when it reads a service account. */
export async function statusWithToken(iam: LocalIam, token: string, serviceAccountId: string) {
  const response = await fetch(`${iam.url}/iam/v1/serviceAccounts/${serviceAccountId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
  return response.status;
}
