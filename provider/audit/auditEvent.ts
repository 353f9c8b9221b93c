import type { ErrorCode } from "../errors.ts";

/**
 * One step in the life of a key, for whoever has to account for it: who has it done, to which key, why, and how long
 * it took. Never a secret, and no part of one.
 */
export interface AuditEvent {
  /** When the step was over, in RFC 3339. */
  readonly time: string;
  /**
   * "created": the key exists. "adopted": a key that existed is the resource's now. "verified": it was used, and works.
   * "promoted": from here on it is the one that consumers get. "retired": it no longer works, or is on its way there.
   * "refused": the step was not done.
   */
  readonly event: "created" | "adopted" | "verified" | "promoted" | "retired" | "refused";
  /** The resource's type: "yandex:RotatingStaticAccessKey". */
  readonly type: string;
  /** "project/stack/name". */
  readonly owner?: string | undefined;
  /** The id of the key, as the API has it. */
  readonly keyId?: string | undefined;
  /** The key whose place it takes. */
  readonly previousKeyId?: string | undefined;
  /** How a key was retired, or what was refused. */
  readonly step?: "create" | "adopt" | "verify" | "deactivate" | "reactivate" | "delete" | undefined;
  readonly reason?: string | undefined;
  /** The stable code of the error, if it is a refusal. */
  readonly code?: ErrorCode | undefined;
  readonly durationMs?: number | undefined;
}
