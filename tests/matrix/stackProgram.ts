/** The resources of the program, by their names, and the kind of each. */
export const RESOURCES = {
  key: "yandex:ServiceAccountKey",
  access: "yandex:StaticAccessKey",
  api: "yandex:ApiKey",
  oauth: "yandex:OAuthClientSecret",
  ephemeral: "yandex:EphemeralAccessKey",
  token: "yandex:IamToken",
  user: "aws:AccessKey",
  /** Its secret is in Lockbox. */
  sunk: "yandex:StaticAccessKey",
  rotatingKey: "yandex:RotatingServiceAccountKey",
  rotatingAccess: "yandex:RotatingStaticAccessKey",
  rotatingApi: "yandex:RotatingApiKey",
  rotatingOauth: "yandex:RotatingOAuthClientSecret",
  rotatingUser: "aws:RotatingAccessKey",
  /** Its secrets are in Lockbox. */
  rotatingSunk: "yandex:RotatingStaticAccessKey",
} as const;

export type ResourceName = keyof typeof RESOURCES;

export const ALL_RESOURCES = Object.keys(RESOURCES) as ResourceName[];

/** The kinds that no API can list or delete: what was made of them ends by itself. */
export const FLEETING: readonly string[] = [RESOURCES.token, RESOURCES.ephemeral];

/** How the stack and its project are called, as the tags on the keys have it. */
export const PROJECT = "matrix";
export const STACK = "dev";

export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

type Weekday = (typeof WEEKDAYS)[number];

/** What the program reads from `program.json`. */
export interface ProgramSettings {
  /** The service account or the user of each resource that the program has. */
  readonly accounts: Readonly<Partial<Record<ResourceName, string>>>;
  /** The Lockbox secret of each resource that has one. */
  readonly secrets: Readonly<Partial<Record<ResourceName, string>>>;
  /** The keeper of the resources that are one key. */
  readonly generation: string;
  /** The keeper of the rotating resources. */
  readonly rotation: string;
  readonly description: string;
  /** Of the keys of AWS; "unsaid": the program does not speak of it. */
  readonly status: "Active" | "Inactive" | "unsaid";
  /** Whether previous keys are to be brought back. */
  readonly undo: boolean;
  /** The day of the week on which rotation may be; absent: on all of them. */
  readonly onlyOn?: Weekday | undefined;
  /** Whether the plain resources leave their keys where they are. */
  readonly retained: boolean;
}
