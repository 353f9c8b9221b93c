import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import { areDistinct } from "../unknown.ts";
import { delivered, deliveredOnceMore, prefixed, type Sink } from "./sink.ts";

/** The outputs that say where a key's secrets are. */
const SECRET_ID = "lockboxSecretId";
const VERSION_ID = "lockboxVersionId";

/** https://yandex.cloud/en/docs/lockbox/api-ref/Secret/addVersion */
const entry = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[-_./\\@0-9a-zA-Z]+$/, { error: "must consist only of letters, digits and -_./\\@" });

/** A secret of Yandex Lockbox. Each key's secrets go into a new version, in entries of the given names. */
export const lockbox: Sink = {
  argument: "outputToLockbox",
  outputs: () => [SECRET_ID, VERSION_ID],

  field({ secretOutputs, idOutput }) {
    const optional = idOutput === undefined ? {} : { [prefixed("entryFor", idOutput)]: entry.optional() };
    return z
      .strictObject({
        secretId: z.string().min(1).max(50),
        ...Object.fromEntries(secretOutputs.map((output) => [prefixed("entryFor", output), entry])),
        ...optional,
      })
      .refine(({ secretId: _, ...names }) => areDistinct(Object.values(names)), {
        error: "must name a different entry for each value",
      });
  },

  async prepare(session) {
    session.yandex.lockbox.requirePlace();
  },

  async deliver(kind, { yandex }, made, target) {
    const secretId = String(target.secretId);
    const values = delivered(kind, made);
    const entries = Object.fromEntries(
      Object.entries(entryNames(kind, target)).map(([output, name]) => [name, values[output] ?? ""]),
    );
    // Two versions do no harm, because both have the same content. An unknown one would.
    const versionId = await deliveredOnceMore(() => yandex.lockbox.addSecretVersion(secretId, entries));
    return { [SECRET_ID]: secretId, [VERSION_ID]: versionId };
  },

  async isThere(session, { [SECRET_ID]: secretId, [VERSION_ID]: versionId }) {
    if (typeof secretId !== "string" || typeof versionId !== "string") return undefined;
    return session.yandex.lockbox.isSecretVersionActive(secretId, versionId);
  },

  // It makes the client only if there is something to withdraw: a stack without Lockbox may have no credentials for it.
  async withdraw(kind, session, key) {
    const { [SECRET_ID]: secretId, [VERSION_ID]: versionId, outputToLockbox: target } = key;
    if (typeof secretId !== "string" || typeof versionId !== "string") return;
    try {
      // The newest version holds what others have put into the secret, too.
      if (target)
        await session.yandex.lockbox.removeSecretEntries(
          secretId,
          versionId,
          Object.values(entryNames(kind, target)),
        );
      await session.yandex.lockbox.destroySecretVersion(secretId, versionId);
    } catch (error) {
      // Its content is of no use any more, so a version that stays is no reason to keep the resource.
      if (!(error instanceof IamKeysError)) throw error;
      session.ports.warn(`Version ${versionId} of the Lockbox secret ${secretId} stays: ${error.message}`);
    }
  },
};

/** The entry for each output that goes there. */
function entryNames({ secretOutputs, idOutput }: Kind, target: unknown): Record<string, string> {
  const names = target as Properties;
  return Object.fromEntries(
    [...secretOutputs, ...(idOutput === undefined ? [] : [idOutput])].flatMap((output) => {
      const name = names[prefixed("entryFor", output)];
      return typeof name === "string" ? [[output, name]] : [];
    }),
  );
}
