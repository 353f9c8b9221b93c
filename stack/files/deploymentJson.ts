/** What kind of work on a resource had begun when the state was written. */
export type OperationType = "creating" | "updating" | "deleting" | "reading";

/** A deployment as JSON, the part of a state file that `stack export` prints. */
export interface DeploymentJson {
  manifest?: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state?: { salt?: string } };
  resources?: ResourceJson[];
  pending_operations?: PendingOperationJson[];
  metadata?: Record<string, unknown>;
  [other: string]: unknown;
}

/** A resource as JSON in a state file. */
export interface ResourceJson {
  urn: string;
  custom: boolean;
  type: string;
  [field: string]: unknown;
}

/** Work on a resource as JSON in a state file. */
export type PendingOperationJson = { resource: ResourceJson; type: OperationType };
