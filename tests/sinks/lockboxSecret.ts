import got from "got";
import type { LocalIam } from "../../local/iam/index.ts";

interface Version {
  readonly id: string;
  readonly status: string;
}

/** A Lockbox secret as those see it who use it. */
export function lockboxSecret(iam: LocalIam) {
  const secretId = iam.addLockboxSecret("uploads");
  const headers = { authorization: `Bearer ${iam.environment.YC_TOKEN}` };
  const secret = `${iam.url}/lockbox/v1/secrets/${secretId}`;
  const api = got.extend({ prefixUrl: secret, headers, responseType: "json" });
  return {
    secretId,
    /** What a consumer gets who reads the current version, or that one. */
    async read(versionId?: unknown): Promise<Record<string, string>> {
      const searchParams = versionId === undefined ? {} : { versionId: String(versionId) };
      const { entries } = await api
        .get("payload", { searchParams })
        .json<{ entries: { key: string; textValue: string }[] }>();
      return Object.fromEntries(entries.map(({ key, textValue }) => [key, textValue]));
    },
    async statuses(): Promise<Record<string, string>> {
      const { versions = [] } = await api.get("versions").json<{ versions?: Version[] }>();
      return Object.fromEntries(versions.map(({ id, status }) => [id, status]));
    },
    put: (key: string, textValue: string) =>
      got.post(`${secret}:addVersion`, { headers, json: { payloadEntries: [{ key, textValue }] } }),
  };
}
