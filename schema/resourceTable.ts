import { markdownTable } from "markdown-table";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";
import { between } from "./place.ts";
import { docs, summaryOf } from "./sdkDocs.ts";

export const README = "README.md";

/** README.md with a new table of all resources. */
export function withResourceTable(text: string, kinds: readonly DeclaredKind[]): string {
  const rows = kinds.map(({ kind }) => {
    const [plain = "", rotating] = resourceTypes(kind);
    return [
      link(plain),
      rotating === undefined ? "" : link(rotating),
      `${summaryOf(docs.of(plain).description)}.`,
    ];
  });
  return between(
    text,
    "resources",
    markdownTable([["plain", "rotating, with an overlap", "what it is"], ...rows]),
  );
}

function link(type: string): string {
  const title = type.replace(":", ".");
  return `[\`${title}\`](docs/reference/${title}.md)`;
}
