import { markdownTable } from "markdown-table";
import type { Access } from "../provider/kinds/kind.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";
import { between } from "./place.ts";

export const SECURITY = "SECURITY.md";

/** SECURITY.md with new tables of what each kind needs. */
export function withAccessTables(text: string, kinds: readonly DeclaredKind[]): string {
  return between(between(text, "roles", roleTable(kinds)), "actions", policy(kinds));
}

/** A page with only the two tables. */
export function permissionsPage(kinds: readonly DeclaredKind[]): string {
  return `# Permissions

<!-- Written by \`npm run schema\`, out of the kinds. -->

What the caller of a run needs, and no more. [Security](../../SECURITY.md#least-privileges) says where to grant it, and
which parts you can leave out.

## Yandex Cloud

Grant the role on the service account that owns the keys.

${roleTable(kinds)}

## AWS

Attach the policy to the caller. \`<name>\` is the user that owns the keys.

${policy(kinds)}
`;
}

function roleTable(kinds: readonly DeclaredKind[]): string {
  const rows = ofCloud(kinds, "yandex").map(({ kind }) => [
    resourceTypes(kind).map(inProgram).join(", "),
    roleText(kind.access),
    methodsText(kind.access),
  ]);
  return markdownTable([["resources", "role", "for"], ...rows]);
}

/** A role, if it is known. */
export function roleText({ role }: Access): string {
  return role === undefined ? "not known" : `\`${role}\``;
}

/** "Key: create, get, list, update, delete". */
export function methodsText({ service, methods, needNone = [], onlyFor }: Access): string {
  const used = `${service}: ${methods.join(", ")}`;
  const free = needNone.length > 0 ? `; ${needNone.join(", ")} needs none` : "";
  return `${onlyFor === undefined ? "" : `only for ${onlyFor}: `}${used}${free}`;
}

function policy(kinds: readonly DeclaredKind[]): string {
  const actions = ofCloud(kinds, "aws").flatMap(({ kind }) =>
    kind.access.methods.map((method) => `${kind.access.service}:${method}`),
  );
  const statement = { Effect: "Allow", Action: actions.sort(), Resource: "arn:aws:iam::*:user/<name>" };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, undefined, 2);
  return `\`\`\`json\n${document}\n\`\`\``;
}

function ofCloud(kinds: readonly DeclaredKind[], cloud: "aws" | "yandex") {
  return kinds.filter(({ kind }) => kind.type.startsWith(`${cloud}:`));
}

function inProgram(type: string): string {
  return `\`${type.replace(":", ".")}\``;
}
