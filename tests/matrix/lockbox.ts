import * as z from "zod";
import type { LocalIam } from "../../local/iam/index.ts";

const versionsReply = z.object({
  versions: z.array(z.object({ id: z.string(), status: z.string() })).default([]),
});
const payloadReply = z.object({
  versionId: z.string(),
  entries: z.array(z.object({ key: z.string(), textValue: z.string().optional() })),
});

export type Version = z.infer<typeof versionsReply>["versions"][number];

/** The versions of a secret, as its administrator sees them. */
export async function versionsOf(iam: LocalIam, secretId: string): Promise<readonly Version[]> {
  return versionsReply.parse(await get(iam, `${secretId}/versions?pageSize=1000`)).versions;
}

/** What stands in a version of a secret, by the names of the entries; throws where nobody can read it any more. */
export async function readPayload(
  iam: LocalIam,
  secretId: string,
  versionId = "",
): Promise<Readonly<Record<string, string | undefined>>> {
  const { entries } = payloadReply.parse(await get(iam, `${secretId}/payload?versionId=${versionId}`));
  return Object.fromEntries(entries.map(({ key, textValue }) => [key, textValue]));
}

async function get({ url, environment }: LocalIam, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${environment.YC_TOKEN}` };
  const response = await fetch(`${url}/lockbox/v1/secrets/${path}`, { headers });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
}
