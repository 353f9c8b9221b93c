/** A document with that content at the name, between the two comments that mark the place. */
export function between(text: string, name: string, content: string): string {
  const place = new RegExp(
    `(<!-- ${name}: written by .npm run schema. -->\n).*?(<!-- end of ${name} -->)`,
    "s",
  );
  if (!place.test(text)) throw new Error(`the document has no place for ${name}`);
  return text.replace(place, (_, begin, end) => `${begin}\n${content}\n\n${end}`);
}
