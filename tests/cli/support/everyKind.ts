import { ComponentResource } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { aws, yandex } from "pulumi-iam-keys";

/** Whose keys the program makes. */
export interface Accounts {
  readonly serviceAccountId: string;
  readonly userNames: readonly [string, string];
}

/**
 * A program with one resource of each kind, and one in a component. Recorded states were made by it: it may get
 * more resources, but those that it has stay as they are.
 */
export function everyKind({ serviceAccountId, userNames }: Accounts): PulumiFn {
  return async () => {
    const account = { serviceAccountId, description: "of a test" };
    const rotate = { every: "30d" };
    const rotating = { ...account, rotate, overlap: "7d" };
    new yandex.ServiceAccountKey("deployer", account);
    const uploads = new yandex.StaticAccessKey("uploads", { ...account, rotate: { every: "90d" } });
    new yandex.ApiKey("search", { ...account, scopes: ["yc.ai.languageModels.execute"] });
    new yandex.IamToken("session", { serviceAccountId });
    new yandex.EphemeralAccessKey("visit", { sessionName: "visit", subjectId: serviceAccountId });
    new aws.AccessKey("mailer", { userName: userNames[0] });
    new yandex.RotatingServiceAccountKey("rotating-deployer", rotating);
    new yandex.RotatingStaticAccessKey("rotating-uploads", rotating);
    new yandex.RotatingApiKey("rotating-search", rotating);
    new aws.RotatingAccessKey("rotating-mailer", { userName: userNames[1], rotate, overlap: "7d" });
    const site = new ComponentResource("test:index:Site", "site");
    new yandex.StaticAccessKey("uploads-of-site", account, { parent: site });
    return { secretAccessKey: uploads.secretAccessKey };
  };
}
