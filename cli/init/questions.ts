import type { Dialogue } from "../dialogue.ts";
import { type Answers, DEFAULTS, PIPELINES, TYPES } from "./answers.ts";
import { problemsWith } from "./problems.ts";

interface Question {
  readonly about: keyof Answers;
  readonly text: string;
  /** What may be answered, also by its number. */
  readonly choices?: readonly string[];
  /** What no answer means. */
  readonly suggestion?: string;
}

/** What is asked where no option says it; everything else has a default that most people keep. */
const QUESTIONS: readonly Question[] = [
  { about: "kind", text: "Which kind of key?", choices: TYPES, suggestion: DEFAULTS.kind },
  {
    about: "account",
    text: "Whose key: the id of the service account or the OAuth client, or the name of the user?",
  },
  { about: "every", text: "How old may a key get?", suggestion: DEFAULTS.every },
  {
    about: "overlap",
    text: "For how long does the key before it go on working?",
    suggestion: DEFAULTS.overlap,
  },
  { about: "pipeline", text: "What runs the rotation?", choices: PIPELINES, suggestion: "github" },
];

/** Asks for what is not given; undefined where the person ended it. */
export async function askFor(
  given: Partial<Answers>,
  dialogue: Dialogue,
): Promise<Partial<Answers> | undefined> {
  let answers = given;
  for (const question of QUESTIONS) {
    if (answers[question.about] !== undefined) continue;
    const answered = await askUntilRight(question, answers, dialogue);
    if (!answered) return undefined;
    answers = answered;
  }
  return answers;
}

async function askUntilRight(
  question: Question,
  before: Partial<Answers>,
  dialogue: Dialogue,
): Promise<Partial<Answers> | undefined> {
  for (;;) {
    const typed = await dialogue.ask(promptOf(question));
    if (typed === undefined) return undefined;
    const answer = typed === "" ? question.suggestion : (question.choices?.[Number(typed) - 1] ?? typed);
    if (answer === undefined) continue;
    const answers = { ...before, [question.about]: answer };
    const problems = await problemsWith(answers);
    if (problems.length === 0) return answers;
    console.log(problems.join("\n"));
  }
}

function promptOf({ text, choices = [], suggestion }: Question): string {
  const listed = choices.map((choice, index) => `\n  ${index + 1}  ${choice}`).join("");
  return `${text}${listed}${listed ? "\n" : " "}${suggestion === undefined ? "" : `[${suggestion}] `}`;
}
