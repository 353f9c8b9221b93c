import * as z from "zod";
import { keysPerUser } from "./aws/accessKeys.ts";
import { madeUpUse } from "./keyUses.ts";
import { awsKeyOwnerOf, serviceAccountOf } from "./owners.ts";
import type { AwsKeyStatus, State, StoredKey } from "./state.ts";

/** A key that a test puts there, as if somebody had made it. Times are RFC 3339. Lists show it after those that were there before. */
export interface PlantedKey {
  readonly kind:
    | "yandex:ServiceAccountKey"
    | "yandex:StaticAccessKey"
    | "yandex:ApiKey"
    | "yandex:OAuthClientSecret"
    | "aws:AccessKey";
  /** The id of a Yandex service account or an OAuth client, or the name of an AWS user: "<root_account>" is the root user. */
  readonly owner: string;
  /** Of a Yandex key. Absent: empty. */
  readonly description?: string;
  /** Of an AWS access key. Absent: Active. */
  readonly status?: AwsKeyStatus;
  /** Of a key with a time, `Consistency.firstUses` says nothing: it is not new. Absent: now. */
  readonly createdAt?: string;
  /** Absent: it was never used. Nobody sees the uses of an OAuth client's secret. */
  readonly lastUsedAt?: string;
  /** Of a Yandex API key. Absent: never. */
  readonly expiresAt?: string;
}

/** A time that came from outside. */
export const timeSchema = z.iso.datetime({ offset: true });

const common = {
  owner: z.string(),
  createdAt: timeSchema.exactOptional(),
  lastUsedAt: timeSchema.exactOptional(),
};
const yandex = { ...common, description: z.string().max(256).exactOptional() };

/** A key to plant that came from outside. */
export const plantedKeySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("yandex:ServiceAccountKey"), ...yandex }),
  z.strictObject({ kind: z.literal("yandex:StaticAccessKey"), ...yandex }),
  z.strictObject({ kind: z.literal("yandex:ApiKey"), ...yandex, expiresAt: timeSchema.exactOptional() }),
  z.strictObject({
    kind: z.literal("yandex:OAuthClientSecret"),
    owner: z.string(),
    description: z.string().max(256).exactOptional(),
    createdAt: timeSchema.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("aws:AccessKey"),
    ...common,
    status: z.enum(["Active", "Inactive"]).exactOptional(),
  }),
]) satisfies z.ZodType<PlantedKey>;

/** Adds the key and gives its id. Throws where there is no such owner, or an AWS user who has all keys that AWS allows. */
export async function plantKey(state: State, planted: PlantedKey): Promise<string> {
  if (planted.kind === "yandex:OAuthClientSecret") return addClientSecret(state, planted);
  const key = await added(state, planted);
  if (planted.lastUsedAt !== undefined) key.uses.add(madeUpUse(planted.lastUsedAt));
  return key.id;
}

function addClientSecret(state: State, { owner, description = "", createdAt }: PlantedKey): string {
  const secret = state.newOAuthClientSecret(owner, description);
  return state.oauthClientSecrets.add({ ...secret, createdAt: optionalDate(createdAt) ?? secret.createdAt })
    .id;
}

async function added(
  state: State,
  { kind, owner, description, status = "Active", ...times }: PlantedKey,
): Promise<StoredKey & { readonly id: string }> {
  const createdAt = optionalDate(times.createdAt);
  if (kind === "aws:AccessKey") {
    const user = awsKeyOwnerOf(state, owner);
    if (state.awsAccessKeys.ownedBy(user.userId).length >= keysPerUser) {
      throw new Error(
        `The AWS user "${owner}" has ${keysPerUser} access keys, which is all that AWS allows.`,
      );
    }
    const key = state.addAwsAccessKey(user, createdAt);
    key.status = status;
    return key;
  }
  const account = serviceAccountOf(state, owner);
  if (kind === "yandex:StaticAccessKey") return state.addStaticAccessKey(account, description, createdAt);
  if (kind === "yandex:ApiKey") {
    const expiresAt = optionalDate(times.expiresAt);
    return state.addApiKey(account, { description: description ?? "", scopes: [], expiresAt }, createdAt);
  }
  return (await state.addAuthorizedKey(account, "RSA_2048", description, createdAt)).key;
}

const optionalDate = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);
