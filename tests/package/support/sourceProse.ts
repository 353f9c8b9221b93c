import ts from "typescript";
import { type Finding, hardToRead } from "./plainEnglish.ts";

/** A text is a message, and not a name or a pattern, if it has so many words in a row. */
const MESSAGE = /(?:[A-Za-z]+[,:;]? ){4}[A-Za-z]+/;

/** What is hard to read in the comments and messages of a TypeScript source. */
export function hardInSource(source: string): Finding[] {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
  return [...commentsOf(file), ...messagesOf(file)]
    .flatMap(({ at, text }) => {
      const first = file.getLineAndCharacterOfPosition(at).line;
      return hardToRead(text).map((finding) => ({ ...finding, line: first + finding.line }));
    })
    .toSorted((one, other) => one.line - other.line);
}

interface Prose {
  readonly at: number;
  readonly text: string;
}

/** The comments, each without its marks. Comments of one line that follow each other are one text. */
function commentsOf(file: ts.SourceFile): Prose[] {
  const ranges = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node) => {
    for (const range of [
      ...(ts.getLeadingCommentRanges(file.text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(file.text, node.end) ?? []),
    ])
      ranges.set(range.pos, range);
    for (const child of node.getChildren(file)) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(file);
  const comments: { at: number; end: number; text: string }[] = [];
  for (const { pos, end } of [...ranges.values()].toSorted((one, other) => one.pos - other.pos)) {
    const raw = file.text.slice(pos, end);
    const last = comments.at(-1);
    const text = withoutMarks(raw);
    const isNextLine = last && raw.startsWith("//") && /^\n[ \t]*$/.test(file.text.slice(last.end, pos));
    if (isNextLine) Object.assign(last, { end, text: `${last.text}\n${text}` });
    else comments.push({ at: pos, end, text });
  }
  return comments;
}

/** Directives to tools are no prose. A tag such as `@param` begins a new paragraph. */
function withoutMarks(comment: string): string {
  return comment
    .replace(/^\/\/+ ?|^\/\*+ ?|\s*\*+\/$/g, "")
    .replace(/^[ \t]*\* ?/gm, "")
    .replace(/^(?:biome-ignore|@ts-expect-error).*/gm, "")
    .replace(/^@(?:param|property) \S+|^@\w+/gm, "- ");
}

/** The texts that are long enough to be read as a sentence. What a template fills in counts as one word. */
function messagesOf(file: ts.SourceFile): Prose[] {
  const messages: Prose[] = [];
  const visit = (node: ts.Node) => {
    const text = textOf(node);
    if (text !== undefined && MESSAGE.test(text)) messages.push({ at: node.getStart(file), text });
    node.forEachChild(visit);
  };
  visit(file);
  return messages;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => `X${literal.text}`)].join("");
}
