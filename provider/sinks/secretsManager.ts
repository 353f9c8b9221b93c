import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import { areDistinct } from "../unknown.ts";
import { delivered, deliveredOnceMore, prefixed, type Sink } from "./sink.ts";

/** The outputs that say where a key's secrets are. */
const SECRET_ID = "secretsManagerSecretId";
const VERSION_ID = "secretsManagerVersionId";

const entry = z.string().min(1).max(256);

/**
 * A secret of AWS Secrets Manager, whose new version is a JSON object with the secrets. The service's own labels
 * follow the rotation: AWSCURRENT is at the version of the newest key, AWSPREVIOUS at that of the key before.
 */
export const secretsManager: Sink = {
  argument: "outputToSecretsManager",
  outputs: () => [SECRET_ID, VERSION_ID],

  field({ secretOutputs, idOutput }) {
    const outputs = [...secretOutputs, ...(idOutput === undefined ? [] : [idOutput])];
    return z
      .strictObject({
        secretId: z.string().min(1).max(2048),
        ...Object.fromEntries(outputs.map((output) => [prefixed("entryFor", output), entry.optional()])),
      })
      .refine(
        (target: Record<string, string | undefined>) =>
          areDistinct(outputs.map((output) => target[prefixed("entryFor", output)] ?? output)),
        { error: "must name a different entry for each value" },
      );
  },

  async prepare(session, { secretId }) {
    session.awsSecrets.requireRegion(String(secretId));
  },

  async deliver(kind, { awsSecrets, ports }, made, target) {
    const secretId = String(target.secretId);
    const values = Object.entries(delivered(kind, made)).map(([output, value]) => [
      target[prefixed("entryFor", output)] ?? output,
      value,
    ]);
    // Under one token the service makes one version, however often it is asked.
    const token = ports.uuid();
    const text = JSON.stringify(Object.fromEntries(values));
    const versionId = await deliveredOnceMore(() => awsSecrets.putVersion(secretId, text, token));
    return { [SECRET_ID]: secretId, [VERSION_ID]: versionId };
  },

  async isThere(session, { [SECRET_ID]: secretId, [VERSION_ID]: versionId }) {
    if (typeof secretId !== "string" || typeof versionId !== "string") return undefined;
    return session.awsSecrets.hasVersion(secretId, versionId);
  },

  async withdraw(_kind, session, { [SECRET_ID]: secretId, [VERSION_ID]: versionId }) {
    if (typeof secretId !== "string" || typeof versionId !== "string") return;
    try {
      await session.awsSecrets.dropPrevious(secretId, versionId);
    } catch (error) {
      // Its content is of no use any more, so a version that stays is no reason to keep the resource.
      if (!(error instanceof IamKeysError)) throw error;
      session.ports.warn(`Version ${versionId} of the secret ${secretId} stays: ${error.message}`);
    }
  },
};
