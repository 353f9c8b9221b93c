/** The parts of a key file. */
export interface KeyFileParts {
  readonly id: string;
  readonly serviceAccountId?: string | undefined;
  readonly userAccountId?: string | undefined;
  readonly createdAt: string;
  readonly keyAlgorithm: string;
  readonly publicKey: string;
  /** Absent if the key was adopted without it. */
  readonly privateKey?: string | undefined;
}

/** The JSON key file that `yc`, the SDKs and Terraform read; undefined without a private key, or under mocks without a key. */
export function keyFileOf(key: KeyFileParts | undefined): string | undefined {
  if (key?.privateKey === undefined) return undefined;
  return JSON.stringify({
    id: key.id,
    service_account_id: key.serviceAccountId,
    user_account_id: key.userAccountId,
    created_at: key.createdAt,
    key_algorithm: key.keyAlgorithm,
    public_key: key.publicKey,
    private_key: key.privateKey,
  });
}
