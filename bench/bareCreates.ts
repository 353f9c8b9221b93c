/**
 * The floor under the provider process: the same creates by bare got calls, in a process of their own as well. Prints the
 * seconds that they took: node bareCreates.ts <url> <token> <service account> <count> <concurrency>
 */
import pMap from "p-map";
import { bareCreate, closeConnections } from "./bareCreate.ts";
import { secondsOf } from "./measures/seconds.ts";

const [url = "", token = "", serviceAccountId = "", count, concurrency] = process.argv.slice(2);
const create = () => bareCreate({ url, token, serviceAccountId });

// The first call loads what all others use.
await create();
console.log(
  await secondsOf(() => pMap(Array(Number(count)).keys(), create, { concurrency: Number(concurrency) })),
);
closeConnections();
