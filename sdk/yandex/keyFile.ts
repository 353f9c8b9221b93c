/** What a key file is put together from. */
export interface KeyFileParts {
  readonly id: string;
  readonly serviceAccountId?: string | undefined;
  readonly userAccountId?: string | undefined;
  readonly createdAt: string;
  readonly keyAlgorithm: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The JSON key file that `yc`, the SDKs and Terraform read. */
export function keyFileOf(key: KeyFileParts): string {
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
