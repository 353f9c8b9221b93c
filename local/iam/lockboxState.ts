import { createOwnedItems } from "./ownedItems.ts";
import type { Stored } from "./stored.ts";

/** A value as the API takes and gives it: text, or bytes in base64. */
export type PayloadValue = { readonly textValue: string } | { readonly binaryValue: string };

export interface LockboxSecret extends Stored {
  readonly id: string;
  readonly folderId: string;
  readonly name: string;
  /** Absent: it has no version yet. */
  currentVersionId: string | undefined;
}

export interface LockboxVersion extends Stored {
  readonly id: string;
  readonly secretId: string;
  readonly description: string;
  readonly entries: ReadonlyMap<string, PayloadValue>;
  /** Absent: it is to stay. */
  destroyAt: Date | undefined;
}

/** How long Lockbox keeps a version that is to be destroyed, unless it is told otherwise. */
export const defaultPendingMs = 7 * 24 * 60 * 60 * 1000;

/** In the words of the API. */
export function statusOfVersion({ destroyAt }: LockboxVersion, now: Date) {
  if (!destroyAt) return "ACTIVE";
  return now < destroyAt ? "SCHEDULED_FOR_DESTRUCTION" : "DESTROYED";
}

/** The secrets of Lockbox and their versions. */
export function createLockboxState(stored: () => Stored) {
  const secrets = createOwnedItems((secret: LockboxSecret) => secret.folderId);
  const versions = createOwnedItems((version: LockboxVersion) => version.secretId);
  return {
    /** Owned by folders. */
    secrets,
    /** Owned by secrets. */
    versions,

    addSecret(secret: Pick<LockboxSecret, "id" | "folderId" | "name">): LockboxSecret {
      return secrets.add({ ...stored(), ...secret, currentVersionId: undefined });
    },

    /** Adds a version and makes it the current one. */
    addVersion(
      secret: LockboxSecret,
      version: Pick<LockboxVersion, "id" | "description" | "entries">,
    ): LockboxVersion {
      secret.currentVersionId = version.id;
      return versions.add({ ...stored(), ...version, secretId: secret.id, destroyAt: undefined });
    },

    /** Removes a secret with its versions; false where there is none of that id. */
    removeSecret(id: string): boolean {
      versions.deleteOwnedBy(id);
      return secrets.delete(id);
    },
  };
}
