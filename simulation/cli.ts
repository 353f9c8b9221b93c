/**
 * A year of a pipeline that rotates a key, and of programs that use it, in seconds:
 * `npm run simulate -- --overlap 1h --consumer-delay 3d`.
 */
import { writeFile } from "node:fs/promises";
import { BadOptions, inOptions, type Options, readOptions, USAGE } from "./options.ts";
import { PolicyRefused } from "./ourRuns.ts";
import { picture } from "./picture.ts";
import { delaysOf, happeningsOf } from "./pipeline.ts";
import { refusalSentences } from "./refusals.ts";
import { simulate } from "./simulation.ts";
import { summaryLines } from "./summary.ts";
import { timelineLines } from "./timeline.ts";
import { titleOf } from "./title.ts";

const MOST_SENTENCES = 10;

/** Runs one command line; resolves to its exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (!options) {
      console.log(USAGE);
      return 0;
    }
    return await show(options);
  } catch (error) {
    if (error instanceof PolicyRefused) console.error(inOptions(error.message));
    else if (error instanceof BadOptions) console.error(error.message);
    else throw error;
    return 2;
  }
}

async function show(options: Options): Promise<number> {
  const { kind, policy, pipeline, consumerDelay, svg } = options;
  const history = await simulate({
    kind,
    policy,
    delays: delaysOf(consumerDelay, pipeline.consumers),
    happenings: happeningsOf(pipeline),
    lasts: pipeline.lasts,
  });
  const title = titleOf(options);
  console.log(
    ["", title.main, title.more, "", ...summaryLines(history), "", ...timelineLines(history)].join("\n"),
  );
  if (svg !== undefined) {
    await writeFile(svg, picture(title, history)).catch((error: NodeJS.ErrnoException) => {
      throw new BadOptions(`--svg must name a file that can be written, and ${svg} cannot: ${error.code}`);
    });
    console.log(`\nThe picture is in ${svg}.`);
  }
  const refused = refusalSentences(history);
  list(refused);
  if (refused.length > 0)
    console.log("A policy is sound whose --overlap is no shorter than --consumer-delay.");
  list(history.broken);
  return refused.length + history.broken.length > 0 ? 1 : 0;
}

function list(sentences: readonly string[]): void {
  if (sentences.length > 0) console.log("");
  for (const sentence of sentences.slice(0, MOST_SENTENCES)) console.log(sentence);
  if (sentences.length > MOST_SENTENCES) console.log(`… and ${sentences.length - MOST_SENTENCES} more.`);
}

process.exitCode = await main(process.argv.slice(2));
