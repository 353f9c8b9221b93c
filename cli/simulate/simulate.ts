import { writeFile } from "node:fs/promises";
import type { Given } from "../../simulation/givenOptions.ts";
import { neverUsedSentences } from "../../simulation/neverUsed.ts";
import { BadOptions, inOptions, type Options, readOptions } from "../../simulation/options.ts";
import { PolicyRefused } from "../../simulation/ourRuns.ts";
import { picture } from "../../simulation/picture.ts";
import { delaysOf, happeningsOf } from "../../simulation/pipeline.ts";
import { refusalSentences } from "../../simulation/refusals.ts";
import { simulate as simulateStack } from "../../simulation/simulation.ts";
import { finding, summaryLines } from "../../simulation/summary.ts";
import { timelineLines } from "../../simulation/timeline.ts";
import { titleOf } from "../../simulation/title.ts";
import { BadUsage } from "../command.ts";
import { EXIT, type ExitCode } from "../exitCodes.ts";
import { wrap } from "../table.ts";
import { readableWidth } from "../terminal.ts";

const MOST_SENTENCES = 10;
/** The column at which the last figures begin. */
const LAST_COLUMN = 23;

/** `iam-keys simulate`: a year of a pipeline that rotates a key, and of programs that use it, in seconds. */
export async function simulate(given: Given): Promise<ExitCode> {
  try {
    return await show(await readOptions(given));
  } catch (error) {
    if (error instanceof PolicyRefused) throw new BadUsage(inOptions(error.message));
    if (error instanceof BadOptions) throw new BadUsage(error.message);
    throw error;
  }
}

async function show(options: Options): Promise<ExitCode> {
  const { kind, policy, pipeline, consumerDelay, svg } = options;
  const history = await simulateStack({
    kind,
    policy,
    delays: delaysOf(consumerDelay, pipeline.consumers),
    happenings: happeningsOf(pipeline),
    lasts: pipeline.lasts,
  });
  const title = titleOf(options);
  const width = readableWidth(process.stdout.columns);
  const head = [finding(history), title.policy, title.setup].flatMap((line) => wrap(line, width));
  const figures = summaryLines(history).flatMap((line) => hanging(line, width));
  console.log(["", ...head, "", ...figures, "", ...timelineLines(history, width)].join("\n"));
  if (svg !== undefined) {
    await writeFile(svg, picture(title, history)).catch((error: NodeJS.ErrnoException) => {
      throw new BadOptions(`--svg must name a file that can be written, and ${svg} cannot: ${error.code}`);
    });
    console.log(`\nThe picture is in ${svg}.`);
  }
  list(neverUsedSentences(history));
  const refused = refusalSentences(history);
  list(refused);
  if (refused.length > 0)
    console.log("A policy is sound whose --overlap is no shorter than --consumer-delay.");
  list(history.broken);
  return refused.length + history.broken.length > 0 ? EXIT.found : EXIT.fine;
}

/** The line of a table, whose last column goes on below itself. */
function hanging(line: string, width: number): string[] {
  const lines = wrap(line.slice(LAST_COLUMN), width - LAST_COLUMN);
  return lines.map(
    (text, index) => (index === 0 ? line.slice(0, LAST_COLUMN) : " ".repeat(LAST_COLUMN)) + text,
  );
}

function list(sentences: readonly string[]): void {
  if (sentences.length > 0) console.log("");
  for (const sentence of sentences.slice(0, MOST_SENTENCES)) console.log(sentence);
  if (sentences.length > MOST_SENTENCES) console.log(`… and ${sentences.length - MOST_SENTENCES} more.`);
}
