import type { Dialogue } from "../dialogue.ts";
import { type Answers, DEFAULTS, LANGUAGE_NAMES, PIPELINES, TYPES } from "./answers.ts";
import { problemsWith } from "./problems.ts";

interface Question {
  readonly about: keyof Answers;
  text(before: Partial<Answers>): string;
  /** What may be answered, also by its number. */
  readonly choices?: readonly string[];
  /** What no answer means. */
  readonly suggestion?: string;
}

/** What is asked where no option says it; everything else has a default that most people keep. */
const QUESTIONS: readonly Question[] = [
  { about: "kind", text: () => "What kind of key?", choices: TYPES, suggestion: DEFAULTS.kind },
  { about: "account", text: ({ kind = "" }) => `Whose key is it? ${accountIn(kind)}:` },
  { about: "every", text: () => "How old does a key get before it is rotated?", suggestion: DEFAULTS.every },
  { about: "overlap", text: () => "How long does the old key keep working?", suggestion: DEFAULTS.overlap },
  {
    about: "language",
    text: () => "What language is the program in?",
    choices: LANGUAGE_NAMES,
    suggestion: DEFAULTS.language,
  },
  { about: "pipeline", text: () => "What runs the rotation?", choices: PIPELINES, suggestion: "github" },
];

function accountIn(kind: string): string {
  if (kind.startsWith("aws:")) return "The name of the IAM user";
  return kind.includes("OAuth") ? "The id of the OAuth client" : "The id of the service account";
}

/** Asks for what is not given; undefined if the person ended it. */
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
  const { suggestion, choices = [] } = question;
  const text = question.text(before);
  choices.forEach((choice, index) => {
    console.log(`  ${index + 1}  ${choice}`);
  });
  const prompt = suggestion === undefined ? `${text} ` : `${text} [${suggestion}] `;
  for (;;) {
    const typed = await dialogue.ask(prompt);
    if (typed === undefined) return undefined;
    const answer = typed === "" ? suggestion : (choices[Number(typed) - 1] ?? typed);
    if (answer === undefined) continue;
    const answers = { ...before, [question.about]: answer };
    const problems = await problemsWith(answers);
    if (problems.length === 0) return answers;
    console.log(problems.join("\n"));
  }
}
