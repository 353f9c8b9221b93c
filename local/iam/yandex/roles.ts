import * as z from "zod";

const manage = (...services: readonly string[]) =>
  services.flatMap((service) =>
    ["create", "get", "list", "update", "delete"].map((method) => `${service}.${method}`),
  );
const look = (...services: readonly string[]) =>
  services.flatMap((service) => [`${service}.get`, `${service}.list`]);

// After the reference of roles, https://yandex.cloud/docs/iam/security and …/lockbox/security. Of each role
// what concerns the methods which are served here.
const ephemeralKeys = ["TemporaryAccessKey.createEphemeral"];
const accessKeys = [...manage("AccessKey"), ...ephemeralKeys];
const allKeys = [...manage("Key", "ApiKey"), ...accessKeys];
const tokens = ["IamToken.createForServiceAccount"];
const viewing = look("ServiceAccount", "Key", "AccessKey", "ApiKey");
const accountsAndKeys = [...manage("ServiceAccount"), ...allKeys];
const secretsViewing = ["Secret.get", "Secret.listVersions"];
const secretsEditing = [
  ...secretsViewing,
  "Secret.addVersion",
  "Secret.scheduleVersionDestruction",
  "Secret.cancelVersionDestruction",
];

const methodsOfRole = {
  "iam.serviceAccounts.user": look("ServiceAccount"),
  "iam.serviceAccounts.accessKeyAdmin": accessKeys,
  "iam.serviceAccounts.ephemeralAccessKeyAdmin": ephemeralKeys,
  "iam.serviceAccounts.apiKeyAdmin": manage("ApiKey"),
  "iam.serviceAccounts.authorizedKeyAdmin": manage("Key"),
  "iam.serviceAccounts.keyAdmin": allKeys,
  "iam.serviceAccounts.tokenCreator": tokens,
  "iam.serviceAccounts.admin": [...accountsAndKeys, ...tokens],
  "iam.auditor": viewing,
  "iam.viewer": viewing,
  "iam.editor": accountsAndKeys,
  "iam.admin": [...accountsAndKeys, ...tokens],
  "lockbox.auditor": secretsViewing,
  "lockbox.viewer": secretsViewing,
  "lockbox.editor": secretsEditing,
  "lockbox.payloadViewer": ["Payload.get"],
  "lockbox.admin": [...secretsEditing, "Payload.get"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A role of Yandex Cloud that concerns what is served here. */
export type YandexRole = keyof typeof methodsOfRole;

/** A role, and what it is assigned for. */
export interface RoleBinding {
  readonly role: YandexRole;
  /** The id of a service account, a secret, or the folder they are in. Absent: the folder. */
  readonly on?: string;
}

/** Role bindings that came from outside. */
export const roleBindingsSchema = z.array(
  z.strictObject({
    role: z.enum(Object.keys(methodsOfRole) as [YandexRole, ...YandexRole[]]),
    on: z.string().exactOptional(),
  }),
);

/** Whether the role allows the method where it is assigned. */
export function allows(role: YandexRole, method: string): boolean {
  const methods: readonly string[] = methodsOfRole[role];
  return methods.includes(method);
}
