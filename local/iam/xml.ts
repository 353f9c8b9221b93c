const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** An element around markup. `name` may carry attributes. */
export const element = (name: string, ...content: readonly string[]): string =>
  `<${name}>${content.join("")}</${name.split(" ")[0]}>`;

/** An element around text, which is escaped. */
export const textElement = (name: string, value: string | boolean): string =>
  element(
    name,
    String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character),
  );
