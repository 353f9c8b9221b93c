import { settingsIn } from "../../provider/configuration.ts";
import { SystemPorts } from "../../provider/ports.ts";
import { readStack } from "../../stack/readStack.ts";
import { canAsk, Dialogue } from "../dialogue.ts";
import { EXIT, type ExitCode, worstOf } from "../exitCodes.ts";
import { nameOfStack, programFolder } from "../stackPlace.ts";
import { outputWidth, withProgress } from "../terminal.ts";
import { deleteStrays } from "./deleteStrays.ts";
import { type Candidate, type Look, lookAt } from "./look.ts";
import type { Options } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { documentText, foundLines, outcomeLines, type Report } from "./report.ts";

const LOOKING = "Reading the stack and its accounts";
const DELETING = "Checking again, and deleting";

/** `iam-keys sweep`: shows what may go, asks, and deletes it; resolves to the exit code. */
export async function sweep(options: Options): Promise<ExitCode> {
  const { look, report } = await withProgress(LOOKING, () => lookNow(options));
  if (!options.json) for (const line of foundLines(report, look.candidates, outputWidth())) console.log(line);
  const deletable = look.candidates.filter(({ verdict }) => verdict.isDeletable);
  const isAgreed = deletable.length > 0 && (await agreed(options, deletable.length));
  const ends = isAgreed
    ? await withProgress(DELETING, async () =>
        deleteStrays(deletable, report.now, (await lookNow(options)).look),
      )
    : deletable.map((candidate): Outcome => ({ candidate, did: "listed" }));
  const outcomes = look.candidates.map((candidate) => outcomeOf(candidate, ends));
  if (options.json) console.log(documentText(report, outcomes));
  else if (isAgreed) for (const line of ["", ...outcomeLines(ends)]) console.log(line);
  return exitCode(outcomes, problemsOf(look, options).length > 0);
}

/** Reads the stack and its accounts again. */
async function lookNow(options: Options): Promise<{ look: Look; report: Report }> {
  const stack = await readStack(options);
  // The provider reads files that settings name relative to the program.
  process.chdir(await programFolder(options.cwd));
  const ports = new SystemPorts(settingsIn(stack.config));
  const look = await lookAt(stack, ports, options);
  const notes = [...stack.notes, ...problemsOf(look, options)];
  return { look, report: { stack: nameOfStack(stack), now: ports.now(), notes } };
}

/** Why what was asked for was not looked at as a whole. */
function problemsOf({ missing, unseen }: Look, { ids }: Options): string[] {
  const unknown = missing.map(
    (id) =>
      `There is no key ${id} that carries the name of a resource of the stack, or belongs to the user of one.`,
  );
  return ids.length > 0 && missing.length === 0 ? [] : [...unknown, ...unseen];
}

/** Whether to delete what was shown. */
async function agreed({ yes, dryRun, json }: Options, count: number): Promise<boolean> {
  if (yes || dryRun) return yes === true;
  if (json || !canAsk()) {
    console.error("iam-keys sweep: nothing was deleted, because nobody can be asked here: --yes deletes.");
    return false;
  }
  const these = count === 1 ? "this 1" : `these ${count}`;
  const dialogue = new Dialogue();
  try {
    return await dialogue.agrees(`\nDelete ${these} ${count === 1 ? "key" : "keys"}?`);
  } finally {
    dialogue.close();
  }
}

function outcomeOf(candidate: Candidate, ends: readonly Outcome[]): Outcome {
  const end = ends.find((each) => each.candidate === candidate);
  return end ?? { candidate, did: "refused", reason: candidate.verdict.text };
}

const CODES: Readonly<Record<Outcome["did"], ExitCode>> = {
  deleted: EXIT.fine,
  gone: EXIT.fine,
  listed: EXIT.found,
  refused: EXIT.found,
  failed: EXIT.failed,
};

function exitCode(outcomes: readonly Outcome[], isPart: boolean): ExitCode {
  const codes = outcomes.map(({ did, isDenied }) => (isDenied ? EXIT.person : CODES[did]));
  return worstOf([...codes, ...(isPart ? [EXIT.unseen] : [])]);
}
