/** The resources of the program, by their names, and the kind of each. */
export const RESOURCES = {
  key: "yandex:ServiceAccountKey",
  access: "yandex:StaticAccessKey",
  api: "yandex:ApiKey",
  ephemeral: "yandex:EphemeralAccessKey",
  token: "yandex:IamToken",
  user: "aws:AccessKey",
  rotatingKey: "yandex:RotatingServiceAccountKey",
  rotatingAccess: "yandex:RotatingStaticAccessKey",
  rotatingApi: "yandex:RotatingApiKey",
  rotatingUser: "aws:RotatingAccessKey",
} as const;

export type ResourceName = keyof typeof RESOURCES;

/** The kinds that no API can list or delete: what was made of them ends by itself. */
export const FLEETING: readonly string[] = [RESOURCES.token, RESOURCES.ephemeral];

/** What the program reads from `program.json`. */
export interface ProgramSettings {
  /** The service account or the user of each resource. */
  readonly accounts: Readonly<Record<ResourceName, string>>;
  /** The keeper of the resources that are one key. */
  readonly generation: string;
  /** The keeper of the rotating resources. */
  readonly rotation: string;
  readonly description: string;
  readonly status: "Active" | "Inactive";
}
