import * as z from "zod";
import { parseReply } from "../api/http.ts";
import { iamTokenReply } from "../api/iamTokenReply.ts";
import { METHOD_ROLES } from "../api/methodRoles.ts";
import { IamKeysError } from "../errors.ts";
import type { Session } from "../session.ts";
import { beforeExpiry } from "./beforeExpiry.ts";
import { duration, rotation, serviceAccountId } from "./fields.ts";
import type { Kind, Properties } from "./kind.ts";

const DEFAULT_MIN_TTL = "1h";

const inputs = z.strictObject({
  serviceAccountId,
  minTtl: duration.optional(),
  ...rotation,
});

interface Outputs extends Properties {
  readonly serviceAccountId: string;
  readonly iamToken?: string;
  readonly expiresAt: string;
}

/**
 * A short-lived token of a service account.
 * https://yandex.cloud/en/docs/iam/api-ref/IamToken/createForServiceAccount
 */
export const yandexIamToken: Kind<z.infer<typeof inputs>, Outputs> = {
  type: "yandex:IamToken",
  inputs,
  account: "serviceAccountId",
  defaults: { minTtl: DEFAULT_MIN_TTL, keepers: {} },
  chosenByApi: [],
  replaceOn: ["serviceAccountId", "keepers"],
  outputs: ["serviceAccountId", "iamToken", "expiresAt"],
  secretOutputs: ["iamToken"],
  derived: { createdAt: { of: ({ keySince }) => keySince } },
  access: {
    role: METHOD_ROLES.IamToken,
    service: "IamToken",
    methods: ["createForServiceAccount"],
    needNone: ["revoke"],
  },

  checkSettings(session) {
    void session.yandex;
  },

  async create(session, input) {
    const reply = await session.yandex.createTokenForServiceAccount(input.serviceAccountId);
    const { iamToken, expiresAt } = await parseToken(session, reply);
    // The API gives tokens no id, and the token must not be an id, because ids are printed.
    return {
      id: session.ports.uuid(),
      outputs: { serviceAccountId: input.serviceAccountId, iamToken, expiresAt },
    };
  },

  async read(session, _id, { iamToken, expiresAt, serviceAccountId: account }) {
    if (Date.parse(expiresAt) <= session.ports.now()) return undefined;
    if (iamToken === undefined) return {};
    return (await session.yandex.trials.acceptsToken(iamToken, account)) ? {} : undefined;
  },

  async update() {
    return {};
  },

  async delete(session, _id, { iamToken, expiresAt, serviceAccountId: account }) {
    if (iamToken === undefined || Date.parse(expiresAt) <= session.ports.now()) return;
    try {
      await session.yandex.revokeToken(iamToken);
    } catch (error) {
      // The API has more than one reply for a token that was revoked before. So the token is tried.
      if (!(error instanceof IamKeysError) || (await session.yandex.trials.acceptsToken(iamToken, account)))
        throw error;
    }
  },

  renewal({ expiresAt }, { minTtl = DEFAULT_MIN_TTL }) {
    return beforeExpiry(expiresAt, minTtl);
  },
};

/** The token of the reply; one that came without its expiry is of no use here and is revoked. */
async function parseToken(session: Session, reply: unknown): Promise<z.infer<typeof iamTokenReply>> {
  try {
    return parseReply("IamToken.createForServiceAccount", iamTokenReply, reply);
  } catch (error) {
    const lone = iamTokenReply.pick({ iamToken: true }).safeParse(reply);
    // The problem with the reply matters more than a failure here, because the token ends by itself.
    if (lone.success) await session.yandex.revokeToken(lone.data.iamToken).catch(() => undefined);
    throw error;
  }
}
