import { createHash } from "node:crypto";

/** What a resource is, and whose: all that the provider takes from its URN. */
export interface Identity {
  /** The type without the package: "yandex:StaticAccessKey". */
  readonly type: string;
  /** "project/stack/name", as `sdk` says it. */
  readonly owner: string;
}

const PACKAGE = "iam-keys:";

/**
 * Reads "urn:pulumi:<stack>::<project>::<types>::<name>". A child of a component gets a digest behind its name, as `sdk`
 * makes it for a dynamic resource: a key keeps its tag when its resource moves between the two.
 */
export function identityOf(urn: string): Identity {
  const [head = "", project = "", types = "", ...rest] = urn.split("::");
  const stack = head.replace("urn:pulumi:", "");
  const parents = types.split("$").slice(0, -1);
  const token = types.split("$").at(-1) ?? "";
  const owner = `${project}/${stack}/${rest.join("::")}`;
  const type = token.replace(PACKAGE, "");
  if (parents.length === 0) return { type, owner };
  const dynamic = [...parents, token].map((each) =>
    each.startsWith(PACKAGE) ? `pulumi-nodejs:dynamic/iam-keys/${each.slice(PACKAGE.length)}` : each,
  );
  const digest = createHash("sha256").update(dynamic.join("$")).digest("hex").slice(0, 8);
  return { type, owner: `${owner}@${digest}` };
}

/** Whether the engine made this provider by itself, from the config of the package. */
export function isDefaultProvider(urn: string): boolean {
  const name = urn.split("::").at(-1) ?? "";
  return name === "default" || name.startsWith("default_");
}
