/** The roles that methods outside of collections ask for, by the API method's service. */
export const METHOD_ROLES = {
  TemporaryAccessKey: "iam.serviceAccounts.ephemeralAccessKeyAdmin",
  IamToken: "iam.serviceAccounts.tokenCreator",
  Secret: "lockbox.editor",
} as const;
