import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { yandex } from "./classes.ts";
import type { Program, Stand } from "./stand.ts";

interface KeysSettings {
  readonly generation?: string;
  /** The name of the plain key; absent: "plain". */
  readonly plain?: string;
}

/** A plain key, of which an API key is told, and a rotating one. */
export const keys =
  (serviceAccountId: string, { generation = "1", plain = "plain" }: KeysSettings = {}): Program =>
  () => {
    const args = { serviceAccountId, keepers: { generation } };
    const { id } = new yandex.StaticAccessKey(plain, args);
    new yandex.ApiKey("consumer", { serviceAccountId, description: pulumi.interpolate`of ${id}` });
    new yandex.RotatingStaticAccessKey("rotating", args);
  };

/** What is asked of the server about keys, as far as it changes one. */
export const changesOf = (stand: Stand, from: number) =>
  stand.iam.requests
    .slice(from)
    .map(({ operation }) => operation)
    .filter((operation) => /Key\.(create|update|delete)$/.test(operation));

/** Nothing is made, updated or deleted meanwhile. */
export async function assertUntouched(stand: Stand, work: () => Promise<unknown>): Promise<void> {
  const from = stand.iam.requests.length;
  await work();
  assert.deepEqual(changesOf(stand, from), []);
}

/** Each key stays the one that it is, and is said to belong to these. */
export async function assertHandedOn(
  stand: Stand,
  owners: readonly string[],
  work: () => Promise<unknown>,
): Promise<void> {
  const before = stand.ids();
  await work();
  assert.deepEqual(stand.ids(), before);
  assert.deepEqual(Object.keys(stand.owners()).sort(), owners);
}
