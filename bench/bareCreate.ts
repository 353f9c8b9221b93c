import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import got from "got";

const agent = { http: new Agent({ keepAlive: true }) };

/** Where a bare create goes, and for whom it makes a key. */
export interface BareRequest {
  readonly url: string;
  readonly token: string;
  readonly serviceAccountId: string;
}

/** What AccessKey.create answers. */
export interface BareReply {
  readonly accessKey: { readonly id: string };
  readonly secret: string;
}

/** AccessKey.create by a bare got call: the floor under everything that makes a key. */
export async function bareCreate({ url, token, serviceAccountId }: BareRequest): Promise<BareReply> {
  return await got
    .post(`${url}/iam/aws-compatibility/v1/accessKeys`, {
      agent,
      headers: { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() },
      json: { serviceAccountId },
    })
    .json();
}

/** Ends the connections that are kept open for the next call. */
export function closeConnections(): void {
  agent.http.destroy();
}
