import { markdownTable } from "markdown-table";
import { ERROR_CODES } from "../cli/rotate/errorCodes.ts";
import type { Kind } from "../provider/kinds/kind.ts";

/** The codes that only some kinds can give: those that are tried, and those of the cloud whose changes take their time. */
const OF_SOME: Readonly<Record<string, (kind: Kind) => boolean>> = {
  VERIFICATION_FAILED: ({ verify }) => verify !== undefined,
  OPERATION_FAILED: ({ type }) => type.startsWith("yandex:"),
  OPERATION_UNFINISHED: ({ type }) => type.startsWith("yandex:"),
};

/** The errors of a kind, and what to do. */
export function errorTable(kind: Kind): string {
  const rows = Object.entries(ERROR_CODES).flatMap(([code, { advice }]) =>
    (OF_SOME[code] ?? (() => true))(kind) ? [[`\`${code}\``, advice]] : [],
  );
  return markdownTable([["code", "what to do"], ...rows]);
}

/** A page with the errors of all kinds. */
export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { advice, exitCode }]) => [
    `\`${code}\``,
    String(exitCode),
    advice,
  ]);
  return `# Error codes

<!-- Written by \`npm run schema\`. -->

An error of the provider ends with its code in brackets, as in \`[PERMISSION_DENIED, HTTP 403, request …]\`. A run of
\`iam-keys rotate\` that meets the error ends with the exit code in the table. The [page of each resource](README.md) lists
the codes that it can give, and [Troubleshooting](../troubleshooting.md) has a command for each.

${markdownTable([["code", "exit code", "what to do"], ...rows])}
`;
}
