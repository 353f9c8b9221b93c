/**
 * Whether a URN fits a pattern, in which `*` stands for a part and `**` for anything. Each part of the pattern goes once
 * over the places that those before it have reached.
 */
export function fits(pattern: string, urn: string): boolean {
  const parts = pattern.split(/(\*\*|\*)/).filter((part) => part !== "");
  let reached = new Set([0]);
  for (const part of parts) {
    if (part === "**") reached = onwards(reached, urn, "");
    else if (part === "*") reached = onwards(reached, urn, ":");
    else
      reached = new Set([...reached].filter((at) => urn.startsWith(part, at)).map((at) => at + part.length));
  }
  return reached.has(urn.length);
}

/** The places from the reached ones on, up to the next character that ends a part. */
function onwards(reached: ReadonlySet<number>, urn: string, end: string): Set<number> {
  const further = new Set<number>();
  for (let at = 0, open = false; at <= urn.length; at += 1) {
    open = reached.has(at) || (open && (end === "" || urn[at - 1] !== end));
    if (open) further.add(at);
  }
  return further;
}
