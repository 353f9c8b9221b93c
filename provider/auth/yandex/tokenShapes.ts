/** OAuth tokens look like this; other tools take them where they take IAM tokens. */
export const OAUTH_TOKEN = /^(y[0-6]_|AQA)/;
