import path from "node:path";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { BadUsage } from "../command.ts";
import { canAsk, Dialogue } from "../dialogue.ts";
import { EXIT, type ExitCode } from "../exitCodes.ts";
import { wrap } from "../table.ts";
import { readableWidth } from "../terminal.ts";
import { type Answers, DEFAULTS } from "./answers.ts";
import { filesOf, type PlannedFile } from "./files.ts";
import { nextSteps, pipelineNeeds } from "./nextSteps.ts";
import { type Found, placeOf } from "./place.ts";
import type { Plan } from "./plan.ts";
import { problemsWith } from "./problems.ts";
import { askFor } from "./questions.ts";
import { thoseNoFolders, thoseThere, writeAll } from "./writing.ts";

/** What the command line says. */
export interface GivenOptions extends Partial<Answers> {
  readonly dir: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** `iam-keys init`: asks for what is not given, shows every file, and writes them when a person agrees. */
export async function init({ dir, yes = false, dryRun = false, ...given }: GivenOptions): Promise<ExitCode> {
  refuse(await problemsWith(knownSoFar(given)));
  const dialogue = !yes && canAsk() ? new Dialogue() : undefined;
  try {
    const answered = dialogue ? await askFor(given, dialogue) : given;
    if (!answered) return nothingWritten("there was no answer");
    const answers = await complete(answered);
    const place = placeOf(dir, answers.pipeline);
    const plan = { ...answers, ...place, facts: await loadWholeKind(answers.kind) };
    const files = await filesOf(plan);
    await requireFree(place, files);
    show(place, files);
    if (dryRun) return EXIT.fine;
    if (!yes && !dialogue) return nothingWritten("nobody can be asked here: --yes writes the files");
    if (!yes && !(await dialogue?.agrees(`Write these ${files.length} files?`)))
      return nothingWritten("nobody agreed");
    await writeAll(place.root, files);
    tell(plan, files);
    return EXIT.fine;
  } finally {
    dialogue?.close();
  }
}

/** What can be judged before anything is asked: whose name it is depends on the kind, and a policy hardly does. */
function knownSoFar({ account, ...given }: Partial<Answers>): Partial<Answers> {
  if (given.kind === undefined) return { ...given, kind: DEFAULTS.kind };
  return account === undefined ? given : { ...given, account };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new BadUsage(problems.join("\n"));
}

/** The answers with what nobody was asked for; throws `BadUsage`. */
async function complete(answered: Partial<Answers>): Promise<Answers> {
  const { account, pipeline } = answered;
  const missing = Object.entries({ "--account": account, "--pipeline": pipeline }).flatMap(([flag, value]) =>
    value === undefined ? [flag] : [],
  );
  if (account === undefined || pipeline === undefined)
    throw new BadUsage(`${missing.join(" and ")} must be given, because there is no terminal to ask at.`);
  const answers = { ...DEFAULTS, ...answered, account, pipeline };
  refuse(await problemsWith(answers));
  return answers;
}

/** Nothing is ever overwritten. */
async function requireFree({ root }: Found, files: readonly PlannedFile[]): Promise<void> {
  const [blocked] = await thoseNoFolders(root, files);
  if (blocked !== undefined)
    throw new BadUsage(
      `${blocked} must be a folder, and is a file. Name another folder (--dir). Nothing was written.`,
    );
  const there = await thoseThere(root, files);
  if (there.length === 0) return;
  throw new BadUsage(
    `${there.map((file) => fromHere(root, file)).join(", ")}: there already, and never overwritten. Name another folder (--dir), or move what is there. Nothing was written.`,
  );
}

function show({ root }: Found, files: readonly PlannedFile[]): void {
  for (const { path: file, text } of files) console.log(`── ${fromHere(root, file)}\n${text}`);
}

function tell(plan: Plan & Found, files: readonly PlannedFile[]): void {
  const { root, folder } = plan;
  const steps = nextSteps({ ...plan, folder: fromHere(root, folder) });
  console.log(`${files.length} files were written. Next:\n`);
  for (const step of steps) console.log(`  ${step}`);
  console.log("");
  const width = readableWidth(process.stdout.columns);
  for (const text of [...pipelineNeeds(plan), "docs/pipelines.md of the package has all steps."])
    console.log(wrap(text, width).join("\n"));
}

function nothingWritten(why: string): ExitCode {
  console.error(`iam-keys init: nothing was written, because ${why}.`);
  return EXIT.person;
}

/** The path as whoever runs the command sees it. */
function fromHere(root: string, file: string): string {
  return path.relative(process.cwd(), path.join(root, file)) || ".";
}
