import { IamKeysError } from "../errors.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import type { Lifecycle } from "./contract.ts";
import { ReplacingLifecycle } from "./replacingLifecycle.ts";
import { RotatingLifecycle } from "./rotatingLifecycle.ts";

/** Every kind by its type; a process loads those that its stack has, and their clients with them. */
const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
  "yandex:ServiceAccountKey": async () =>
    (await import("../kinds/yandexServiceAccountKey.ts")).yandexServiceAccountKey as Kind,
  "yandex:StaticAccessKey": async () =>
    (await import("../kinds/yandexStaticAccessKey.ts")).yandexStaticAccessKey as Kind,
  "yandex:IamToken": async () => (await import("../kinds/yandexIamToken.ts")).yandexIamToken as Kind,
  "aws:AccessKey": async () => (await import("../kinds/awsAccessKey.ts")).awsAccessKey as Kind,
};

/** "yandex:RotatingStaticAccessKey": two keys of the kind "yandex:StaticAccessKey", one after the other. */
const ROTATING = /^(\w+:)Rotating(\w+)$/;

/** The life of a resource of that type. */
export async function loadLifecycle(type: string, session: Session): Promise<Lifecycle> {
  const load = KINDS[type.replace(ROTATING, "$1$2")];
  if (!load) {
    throw new IamKeysError("UNKNOWN_KIND", `This version of pulumi-iam-keys has no kind "${type}".`, {
      hint: "The stack was last run with a newer version: install that one.",
    });
  }
  const kind = await load();
  return ROTATING.test(type)
    ? new RotatingLifecycle(type, kind, session)
    : new ReplacingLifecycle(kind, session);
}
