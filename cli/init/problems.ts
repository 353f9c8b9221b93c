import type { Kind } from "../../provider/kinds/kind.ts";
import { checkAlone } from "../../provider/lifecycle/checkInputs.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { compact } from "../../provider/lifecycle/properties.ts";
import { takenBy } from "../../provider/lifecycle/rotatingInputs.ts";
import { requireName } from "../../stack/files/names.ts";
import { type Answers, LANGUAGE_NAMES, PIPELINES, RUNS_OWN_KEY, TYPES } from "./answers.ts";

const NAME = /^[A-Za-z][\w.-]{0,99}$/;

/** What is wrong with the answers that there are, in the words of the command line. */
export async function problemsWith(answers: Partial<Answers>): Promise<string[]> {
  const { kind, name, stack, language, pipeline } = answers;
  const own = [
    ...choiceProblems("kind", kind, TYPES),
    ...choiceProblems("language", language, LANGUAGE_NAMES),
    ...choiceProblems("pipeline", pipeline, PIPELINES),
    ...(name === undefined ? [] : nameProblems(name)),
    ...(stack === undefined ? [] : stackProblems(stack)),
  ];
  return kind === undefined || !TYPES.includes(kind)
    ? own
    : [...own, ...(await policyProblems(kind, answers))];
}

function choiceProblems(option: string, given: string | undefined, choices: readonly string[]): string[] {
  if (given === undefined || choices.includes(given)) return [];
  return [`--${option} must be one of ${choices.join(", ")}`];
}

/** The name is also part of a file's name, and of an order to rotate: `incident-42:uploads,ci-*`. */
function nameProblems(name: string): string[] {
  if (!NAME.test(name))
    return [
      "--name must begin with a letter, and have only letters, digits, '-', '_' and '.', at most 100 of them",
    ];
  return name === RUNS_OWN_KEY
    ? [`--name must not be ${RUNS_OWN_KEY}: the key of the runs is called so`]
    : [];
}

function stackProblems(stack: string): string[] {
  try {
    requireName("stack", stack);
  } catch (error) {
    return [`--stack: ${(error as Error).message}`];
  }
  // A command would take it for an option.
  return stack.startsWith("-") ? ["--stack must not begin with '-'"] : [];
}

/** What the provider would say of the policy in the preview. */
async function policyProblems(
  type: string,
  { account, every, overlap }: Partial<Answers>,
): Promise<string[]> {
  const kind = await loadWholeKind(type);
  const inputs = compact({
    [kind.account]: account,
    rotate: every === undefined ? undefined : { every },
    // Its default may be too long for `every`, and a person who gives `every` may not know of it yet.
    overlap: overlap ?? "0s",
  });
  const { problems } = checkAlone(takenBy(type, kind), {}, inputs, Date.now());
  return problems.map((problem) => inOptions(problem, kind));
}

function inOptions(problem: string, { account }: Kind): string {
  return problem
    .replaceAll("rotate.every", "--every")
    .replaceAll(/\boverlap\b/g, "--overlap")
    .replace(new RegExp(`^${account}\\b`), "--account");
}
