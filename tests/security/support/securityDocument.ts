import type { AwsPolicy, YandexRole } from "../../../local/iam/index.ts";
import { blocksIn, pageText, statementsIn } from "../../docs/shellBlocks.ts";

const text = pageText("SECURITY.md");

const LEAKS = pageText("docs/leaks.md");

/** The text under a heading of SECURITY.md, or of another page. */
export function section(heading: string, page = text): string {
  const [, body] = page.split(new RegExp(`^#+ ${heading}$`, "m"));
  if (body === undefined) throw new Error(`There is no heading "${heading}"`);
  return body.split(/^#+ /m)[0] ?? "";
}

/** A role that the document asks for. */
export interface DocumentedRole {
  readonly role: YandexRole;
  /** The resources that it is for: "yandex:StaticAccessKey". */
  readonly types: readonly string[];
  /** What it lets the caller do: "AccessKey.create". */
  readonly operations: readonly string[];
}

/** The roles of the document, for the resources of Yandex Cloud. */
export function documentedRoles(): DocumentedRole[] {
  const rows = section("Yandex Cloud").matchAll(/^\| (.*?) *\| `(iam\.[\w.]+)` *\| (\w+): ([\w, ]+)/gm);
  return [...rows].map(([, resources = "", role, service, methods = ""]) => ({
    role: role as YandexRole,
    types: [...resources.matchAll(/`yandex\.(\w+)`/g)].map(([, name]) => `yandex:${name}`),
    operations: methods.split(", ").map((method) => `${service}.${method.trim()}`),
  }));
}

/** The policy of the document, for the keys of that user. */
export function documentedPolicy(userName: string): AwsPolicy {
  const [json = ""] = blocksIn(section("AWS"), "json");
  return JSON.parse(json.replaceAll("<name>", userName)) as AwsPolicy;
}

/** The command lines against a leak in a section of docs/leaks.md, in the order in which it gives them. */
export function documentedCommands(heading: string): string[] {
  return blocksIn(section(heading, LEAKS), "sh").flatMap(statementsIn);
}
