import { once } from "node:events";
import { parseArgs } from "node:util";
import { startLocalIam } from "./index.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const iam = await startLocalIam({ port: Number(values.port) });

// These guard nothing but this throw-away server, so they may be shown.
for (const [name, value] of Object.entries(iam.environment)) console.log(`export ${name}=${value}`);
console.log(`# Yandex service account: ${iam.serviceAccountId}`);
console.log(`# AWS user: ${iam.userName}`);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await iam.close();
