/** Text as Markdown that shows it whole: outside of code, "<id>" is a placeholder, and no tag of HTML. */
export function markdownText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 ? part : part.replaceAll("<", "&lt;")))
    .join("");
}
