/** The name given to the resource in the program. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The type of the resource, without those of the components that it is in. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The stack and the project that a URN belongs to. */
export function placeOf(urn: string): { stack: string; project: string } {
  const [stack = "", project = ""] = urn.slice("urn:pulumi:".length).split("::");
  return { stack, project };
}
