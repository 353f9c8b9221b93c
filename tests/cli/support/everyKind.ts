import { ComponentResource } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { type Door, dynamic } from "./doors.ts";

/** Whose keys the program makes. */
export interface Accounts {
  readonly serviceAccountId: string;
  readonly userNames: readonly [string, string];
  /** Absent: none was there yet when the stack was recorded. */
  readonly oauthClientId?: string;
}

/**
 * A program with one resource of each kind, and one in a component. Recorded states were made by it: it may get
 * more resources, but those that it has stay as they are.
 */
export function everyKind(
  { serviceAccountId, userNames, oauthClientId }: Accounts,
  make: Door = dynamic,
): PulumiFn {
  return async () => {
    const account = { serviceAccountId, description: "of a test" };
    const rotate = { every: "30d" };
    const rotating = { ...account, rotate, overlap: "7d" };
    make("yandex:ServiceAccountKey", "deployer", account);
    const uploads = make("yandex:StaticAccessKey", "uploads", { ...account, rotate: { every: "90d" } });
    make("yandex:ApiKey", "search", { ...account, scopes: ["yc.ai.languageModels.execute"] });
    make("yandex:IamToken", "session", { serviceAccountId });
    make("yandex:EphemeralAccessKey", "visit", { sessionName: "visit", subjectId: serviceAccountId });
    make("aws:AccessKey", "mailer", { userName: userNames[0] });
    make("yandex:RotatingServiceAccountKey", "rotating-deployer", rotating);
    make("yandex:RotatingStaticAccessKey", "rotating-uploads", rotating);
    make("yandex:RotatingApiKey", "rotating-search", rotating);
    make("aws:RotatingAccessKey", "rotating-mailer", { userName: userNames[1], rotate, overlap: "7d" });
    if (oauthClientId !== undefined) {
      make("yandex:OAuthClientSecret", "login", { oauthClientId, description: "of a test" });
      make("yandex:RotatingOAuthClientSecret", "rotating-login", { oauthClientId, rotate, overlap: "7d" });
    }
    const site = new ComponentResource("test:index:Site", "site");
    make("yandex:StaticAccessKey", "uploads-of-site", account, { parent: site });
    return { secretAccessKey: uploads.secretAccessKey };
  };
}
