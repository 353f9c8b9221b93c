import type { DeploymentJson } from "../../../../stack/files/deploymentJson.ts";
import type { Ended } from "../../../../tests/support/ended.ts";
import { integrityProblem } from "../../state/integrity.ts";
import { type Crypter, openCrypter } from "../../state/passphrase.ts";
import { type ProviderCall, passphrase, type TestStack } from "./stack.ts";

/** What a command did, in a form in which two engines can be compared. */
export interface Observed {
  readonly code: number | null;
  readonly calls: readonly string[];
  readonly state: unknown;
  readonly pendingOperations: unknown;
}

// What differs from run to run, or only tells where a program's line stood.
const passing = new Set(["created", "modified", "sourcePosition", "stackTrace", "manifest"]);

/** Everything a command did to the provider and to the state. */
export async function observe(stack: TestStack, ended: Ended): Promise<Observed> {
  const calls = await stack.calls();
  const { resources, pending_operations: pending, ...rest } = await stack.deployment();
  const problem = integrityProblem((await stack.deployment()) as DeploymentJson);
  if (problem !== undefined) throw new Error(`${stack.engine.name} left a broken state: ${problem}`);
  const salt = rest.secrets_providers?.state?.salt;
  const crypter = salt === undefined ? undefined : await crypterOf(salt);
  const normal = (value: unknown): unknown => normalise(value, stack.folder);
  return {
    code: ended.code,
    // Independent resources go in parallel: their order means nothing.
    calls: calls.map((call) => JSON.stringify(normal(call as ProviderCall))).sort(),
    state: (resources ?? []).map((resource) => JSON.stringify(normal(revealed(resource, crypter)))).sort(),
    pendingOperations: normal(revealed(pending ?? [], crypter)),
  };
}

// A key takes long to derive, and one stack is looked at many times.
const crypters = new Map<string, Promise<Crypter>>();

function crypterOf(salt: string): Promise<Crypter> {
  const opened = crypters.get(salt) ?? openCrypter(passphrase, salt);
  crypters.set(salt, opened);
  return opened;
}

function revealed(value: unknown, crypter: Crypter | undefined): unknown {
  return JSON.parse(JSON.stringify(value), (key, item: unknown) =>
    key === "ciphertext" && typeof item === "string" ? crypter?.decrypt(item) : item,
  );
}

function normalise(value: unknown, folder: string): unknown {
  if (typeof value === "string") {
    // A serialized provider is long, and would hide what differs.
    if (value.startsWith("exports.handler")) return "PROVIDER";
    return value
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID")
      .replaceAll(folder, "FOLDER");
  }
  if (Array.isArray(value)) return value.map((item) => normalise(item, folder));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => !passing.has(key))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => [key, normalise(item, folder)]);
  return Object.fromEntries(entries);
}
