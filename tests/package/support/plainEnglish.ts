/** Something that a reader has to read twice, and what to write instead. */
export interface Finding {
  readonly line: number;
  readonly found: string;
  readonly instead: string;
}

/** More words than this in one sentence are more than one idea. */
const MOST_WORDS = 32;

/** How this project's pages used to read, and what the field says. */
const PHRASES: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bof (?:which|whom)\b/i, "a new sentence"],
  [/\b(?:there|where|here)(?:of|in|by|upon|with)\b/i, "of it, in it, by it"],
  [/\bnobody knows\b/i, "it is unknown"],
  [/\bin the clear\b/i, "unencrypted"],
  [/\bby the clock\b/i, "local time"],
  [/\butili[sz]/i, "use"],
  [/\bin order to\b/i, "to"],
  [/\b(?:please|simply|easy|easily|obviously)\b/i, "nothing: leave it out"],
  [/\be\.g\.|\bi\.e\.|\betc\./i, "for example, that is, or the whole list"],
  [/\bvia\b/i, "through, with, by"],
  [/\banew\b/i, "again"],
  [/\bg(?:o|oes|oing) on (?:work|us)ing\b/i, "keep working, keep using"],
  [/\balone(?=[.,;:)]|$)/i, "only, before the word that it belongs to"],
  [/\b(?:is|are|was|carries|works?) no more\b/i, "no longer"],
  [/\bbut (?:for|by)\b/i, "except"],
  [/\bin (?:its|their|the) place of\b/i, "instead of"],
  [/\b(?:is|are) to be\b/i, "must be"],
  [/\b(?:that|which) (?:is|are) none\b/i, "what it is instead"],
  [/\bbe it\b/i, "whether, even"],
  [/\bsome \d/i, "about"],
  [/\bas good as\b|\bin all\b(?=[.,;])/i, "almost; in total"],
  [
    /(?:^|[.;:|] )Where (?:an?|the|it|its|this|that|they|you|one|two|several|each|no|nothing|nobody|there)\b/,
    "If or When",
  ],
  [/\bwhere (?:there (?:is|are)|it (?:is|has|does)|that (?:is|helps|can)|nothing|nobody|none)\b/, "if"],
  [/(?:^|[.;:|] )Of (?:an?|the|two|several|what|these|one)\b/, "the subject first"],
  [/, as (?:it|no|nobody|nothing|none|they|there)\b/, "because"],
  [/\b(?:hono|colo|behavio)ur|\brecognis|\blicence/i, "the American spelling"],
];

const TWO_SENTENCES = `two sentences: this one has more than ${MOST_WORDS} words`;

/** What is hard to read in a text of Markdown. It skips headings, code, addresses and comments. */
export function hardToRead(page: string): Finding[] {
  return passagesOf(withoutCode(page)).flatMap(({ line, text }) => [
    ...longSentences(text).map((found) => ({ line, found, instead: TWO_SENTENCES })),
    ...PHRASES.flatMap(([pattern, instead]) => {
      const found = pattern.exec(text)?.[0];
      return found === undefined ? [] : [{ line, found: found.replace(/^[.;:|] /, ""), instead }];
    }),
  ]);
}

interface Passage {
  readonly line: number;
  readonly text: string;
}

/** The paragraphs, items and cells of a page, each as one line, with the line that it begins on. */
function passagesOf(prose: string): Passage[] {
  const passages: { line: number; text: string }[] = [];
  let isOpen = false;
  for (const [index, raw] of prose.split("\n").entries()) {
    const text = raw.trim();
    const last = passages.at(-1);
    const isRow = text.startsWith("|");
    if (text === "" || text.startsWith("#")) isOpen = false;
    else if (isOpen && last && !isRow && !/^(?:[-*]|\d+\.) /.test(text)) last.text += ` ${text}`;
    else {
      for (const cell of isRow ? text.split("|") : [text])
        passages.push({ line: index + 1, text: cell.trim() });
      isOpen = !isRow;
    }
  }
  return passages;
}

/** The page with nothing but prose in it, each line where it was. */
function withoutCode(page: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, "");
  return page
    .replace(/^---\n[\s\S]*?\n---$/m, blank)
    .replace(/^ *```[\s\S]*?^ *```$/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/`[^`]*`/g, (code) => `code${blank(code)}`)
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/https?:\S+/g, "");
}

function longSentences(text: string): string[] {
  return text
    .split(/[:;] |(?<=[.!?][)*"”]*)\s+/)
    .filter((sentence) => sentence.split(/\s+/).filter((word) => /\w/.test(word)).length > MOST_WORDS);
}
