import type { Ended, ProviderCall, TestStack } from "./stack.ts";

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
  const exported = await stack.expect("stack", "export", "--show-secrets");
  const { deployment } = JSON.parse(exported.stdout) as {
    deployment: { resources?: unknown[]; pending_operations?: unknown };
  };
  const normal = (value: unknown): unknown => normalise(value, stack.folder);
  return {
    code: ended.code,
    // Independent resources go in parallel: their order means nothing.
    calls: calls.map((call) => JSON.stringify(normal(call as ProviderCall))).sort(),
    state: (deployment.resources ?? []).map((resource) => JSON.stringify(normal(resource))).sort(),
    pendingOperations: normal(deployment.pending_operations ?? []),
  };
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
