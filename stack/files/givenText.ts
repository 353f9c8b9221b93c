import { type Document, LineCounter, parseDocument } from "yaml";
import { StackFailure } from "./failure.ts";

/** What people and other programs hand over as text: bounded in its size and its depth, and quoted in no message. */

/** Hundreds of key files, encrypted. */
const LARGEST_YAML = 2 ** 20;
/** The program, its component and the wire all end far before this. */
const DEEPEST = 200;

/** The document of a YAML file. */
export function parseYaml(text: string, label: string): Document {
  if (text.length > LARGEST_YAML)
    throw new StackFailure(`${label}: it has more than ${LARGEST_YAML / 1024} KiB, which no such file needs`);
  const lineCounter = new LineCounter();
  // A look for keys that come twice costs the square of their number; the Pulumi CLI refuses them itself.
  const options = { logLevel: "error", prettyErrors: false, uniqueKeys: false, lineCounter } as const;
  const document = parseDocument(text, options);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lineCounter.linePos(error.pos[0]);
    throw new StackFailure(`${label}: it is not YAML: line ${line} (${error.code})`);
  }
  return document;
}

/** What a document says, as plain values. */
export function contentOf(document: Document, label: string): unknown {
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    // An alias of what is not there, or aliases that would make a small text a large one.
    throw new StackFailure(`${label}: its aliases are wrong, or too many`);
  }
  return requireShallow(content, label);
}

/** The value of a JSON text. */
export function parseJson(text: string, label: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StackFailure(`${label}: it is not JSON`);
  }
  return requireShallow(value, label);
}

/** The value, which must be nested no deeper than what reads it can follow. */
function requireShallow(value: unknown, label: string): unknown {
  let level = new Set([value].filter(isObject));
  for (let depth = 0; level.size > 0; depth += 1) {
    if (depth > DEEPEST) throw new StackFailure(`${label}: it is nested more than ${DEEPEST} levels deep`);
    level = new Set([...level].flatMap((each) => Object.values(each).filter(isObject)));
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
