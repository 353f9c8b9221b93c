/** The fields of a key of either kind, as the tests look at them. */
export interface YandexKeyBody {
  readonly id: string;
  readonly serviceAccountId: string;
  readonly userAccountId: string;
  readonly createdAt: string;
  readonly description: string;
  readonly keyAlgorithm: string;
  readonly publicKey: string;
  readonly keyId: string;
  readonly lastUsedAt: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string;
  readonly maskedSecret: string;
}

/** Every field of every answer that the tests look at; which of them are there depends on the method. */
export interface YandexBody extends YandexKeyBody {
  readonly key: YandexKeyBody;
  readonly keys: readonly YandexKeyBody[];
  readonly privateKey: string;
  readonly accessKey: YandexKeyBody;
  readonly accessKeys: readonly YandexKeyBody[];
  readonly apiKey: YandexKeyBody;
  readonly apiKeys: readonly YandexKeyBody[];
  readonly secret: string;
  readonly nextPageToken: string;
  readonly iamToken: string;
  readonly subjectId: string;
  readonly name: string;
  readonly serviceAccounts: readonly { readonly id: string }[];
  readonly done: boolean;
  readonly modifiedAt: string;
  readonly metadata: {
    readonly keyId: string;
    readonly accessKeyId: string;
    readonly apiKeyId: string;
    readonly serviceAccountId: string;
  };
  readonly response: { readonly id: string; readonly name: string; readonly description: string };
  readonly error: { readonly code: number; readonly message: string };
  readonly code: number;
  readonly message: string;
  readonly details: readonly { readonly fieldViolations: readonly { readonly field: string }[] }[];
}
