import { once } from "node:events";
import { parseArgs } from "node:util";
import { startLocalIam } from "./index.ts";

const number = { type: "string", default: "0" } as const;
const { values } = parseArgs({
  options: {
    port: number,
    "operation-ms": number,
    "propagation-ms": number,
    "latency-ms": number,
    "rsa-key-pool": number,
  },
});
const iam = await startLocalIam({
  port: count("port"),
  operationMs: count("operation-ms"),
  propagationMs: count("propagation-ms"),
  latencyMs: count("latency-ms"),
  rsaKeyPool: count("rsa-key-pool"),
});

// These guard nothing but this throw-away server, so they may be shown.
for (const [name, value] of Object.entries(iam.environment)) console.log(`export ${name}=${value}`);
console.log(`# Yandex service account: ${iam.serviceAccountId}`);
console.log(`# AWS user: ${iam.userName}`);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await iam.close();

function count(option: keyof typeof values): number {
  const value = Number(values[option]);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${option} is a whole number from 0, not "${values[option]}".`);
}
