import { markdownTable } from "markdown-table";
import { ERROR_CODES } from "../examples/pipeline/rotate/errorCodes.ts";
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
