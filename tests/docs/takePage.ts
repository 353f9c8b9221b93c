import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { NOT_RUN } from "./notRun.ts";
import type { Page } from "./pages.ts";
import type { Reader } from "./reader.ts";
import { blocksIn, pageText, sectionOf, spansIn, statementsIn, withoutComment } from "./shellBlocks.ts";

/** What a span begins with that is a command to type. */
const COMMAND = /^(?:\w+=\$\([^)]*\) )?(?:npx|npm|pulumi|yc|curl) \S/;

/** The columns of a table of a command of ours. */
const TABLE_HEAD = /^(?:NAME|KEY) .*$/gm;

/** What serves until it is stopped. */
const SERVER = /iam-keys (leak-webhook|esc-rotator)/;

interface Section {
  /** As they stand there. */
  readonly commands: readonly string[];
  /** The heads of the tables that the page shows as their output. */
  readonly heads: readonly string[];
}

/** What there is to type on a page, and what it shows, by its sections. */
export function sectionsOf({ page, without, hasSpans = false, last }: Omit<Page, "prepare">): Section[] {
  const whole = pageText(page);
  const text = without === undefined ? whole : whole.replace(stepsOf(whole, without), "");
  const seen = new Set<string>();
  // The tables of such a page may name a command again.
  const isNew = (command: string) => !hasSpans || (!seen.has(command) && seen.add(command));
  const sections = text.split(/^(?=#{2,4} )/m).map((section) => ({
    commands: [
      ...blocksIn(section, "sh").flatMap(statementsIn),
      ...(hasSpans ? spansIn(section, COMMAND) : []),
    ].filter(isNew),
    heads: blocksIn(section, "").flatMap((output) => output.match(TABLE_HEAD) ?? []),
  }));
  const isLast = (command: string) => last?.test(command) ?? false;
  return [
    ...sections.map(({ commands, heads }) => ({ commands: commands.filter((each) => !isLast(each)), heads })),
    { commands: sections.flatMap(({ commands }) => commands).filter(isLast), heads: [] },
  ].filter(({ commands }) => commands.length > 0);
}

/** Why nobody types it; undefined: it is typed. */
export function reasonNotToRun(typed: string): string | undefined {
  return valueFor(NOT_RUN, typed);
}

/** Types each command of the page, and looks how it ends and what it prints. What serves does so to the end of its section. */
export async function takePage(t: TestContext, reader: Reader, page: Page): Promise<void> {
  const placeholders = await page.prepare(reader);
  for (const { commands, heads } of sectionsOf(page)) {
    const written = commands.filter((command) => reasonNotToRun(command) === undefined);
    let all = "";
    for (const command of written) {
      const typed = filledIn(command, placeholders);
      await t.test(withoutComment(command), async () => {
        all += await type(reader, page, command, typed);
      });
    }
    const served = await reader.stopServers();
    for (const command of written) if (SERVER.test(command)) assertPrinted(page, command, served);
    for (const head of heads)
      assert.ok(all.replaceAll(/ +/g, " ").includes(head.replaceAll(/ +/g, " ")), `not printed: ${head}`);
  }
}

/** Types a command, and looks how it ends and what it prints, which it gives. */
async function type(reader: Reader, page: Page, written: string, typed: string): Promise<string> {
  if (SERVER.test(typed)) {
    const port = await reader.serve(typed);
    await reader.set("WEBHOOK_URL", `http://127.0.0.1:${port}/leaks`);
    return "";
  }
  const answers = valueFor(page.asks ?? {}, written);
  const { code, stdout, stderr } = answers ? await reader.answer(typed, answers) : await reader.run(typed);
  assert.equal(code, valueFor(page.ends ?? {}, written) ?? 0, `${typed}\n${stdout}\n${stderr}`);
  assertPrinted(page, written, stdout);
  return stdout;
}

function assertPrinted(page: Page, written: string, printed: string): void {
  assert.match(printed, valueFor(page.prints ?? {}, written) ?? /^/);
}

/** What the table has for a command, by the longest beginning of it that the table knows; columns of spaces count as one. */
function valueFor<Value>(table: Readonly<Record<string, Value>>, typed: string): Value | undefined {
  const begins = Object.keys(table).filter((begin) => beginsWith(typed, begin));
  const [longest] = begins.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? undefined : table[longest];
}

export function beginsWith(command: string, begin: string): boolean {
  return command.replaceAll(/ +/g, " ").startsWith(begin);
}

function filledIn(typed: string, placeholders: Readonly<Record<string, string>>): string {
  return Object.entries(placeholders).reduce(
    (text, [placeholder, value]) => text.replaceAll(placeholder, value),
    typed,
  );
}

function stepsOf(page: string, heading: string): string {
  const [steps = ""] = sectionOf(page, heading).split("\n### ");
  return steps;
}
