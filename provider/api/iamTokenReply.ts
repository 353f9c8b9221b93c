import * as z from "zod";

/** https://yandex.cloud/en/docs/iam/api-ref/IamToken/create, and what else answers with a token. */
export const iamTokenReply = z.object({
  iamToken: z.string().min(1),
  expiresAt: z.iso.datetime({ offset: true }),
});
