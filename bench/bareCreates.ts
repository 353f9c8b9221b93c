/**
 * The floor under the provider process: the same creates by bare got calls, in a process of their own as well. Prints the
 * seconds that they took: node bareCreates.ts <url> <token> <service account> <count> <concurrency>
 */
import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import got from "got";
import pMap from "p-map";
import { secondsOf } from "./measures/seconds.ts";

const [url, token, serviceAccountId, count, concurrency] = process.argv.slice(2);
const agent = { http: new Agent({ keepAlive: true }) };

const create = () =>
  got
    .post(`${url}/iam/aws-compatibility/v1/accessKeys`, {
      agent,
      headers: { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() },
      json: { serviceAccountId },
    })
    .json();

// The first call loads what all others use.
await create();
console.log(
  await secondsOf(() => pMap(Array(Number(count)).keys(), create, { concurrency: Number(concurrency) })),
);
agent.http.destroy();
