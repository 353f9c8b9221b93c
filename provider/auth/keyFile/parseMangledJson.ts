import { fromBase64, withoutMark } from "./decodedText.ts";

/** How deep JSON may be wrapped up: base64 of a JSON string of it, say. */
const LAYERS = 4;

/**
 * The object of a JSON text, also where it went through a CI system: as a JSON string, as base64, with line breaks in
 * its strings, with its line breaks or quotes escaped. Undefined if it cannot be read in any of these ways.
 */
export function parseMangledJson(text: string, layers = LAYERS): unknown {
  if (layers === 0) return undefined;
  const bare = withoutMark(text);
  for (const reading of [bare, withStringsOnOneLine(bare), withoutEscapedBreaks(bare), `"${bare}"`]) {
    const json = parsed(reading);
    if (typeof json === "object") return json;
    if (typeof json === "string" && json !== bare) return parseMangledJson(json, layers - 1);
  }
  const decoded = fromBase64(bare);
  return decoded === undefined ? undefined : parseMangledJson(decoded, layers - 1);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A line break within a string is not JSON; whoever put it there meant the one that was escaped before. */
function withStringsOnOneLine(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (string) => string.replace(/\r?\n/g, "\\n"));
}

/** Line breaks between the fields that were written as `\n`. */
function withoutEscapedBreaks(text: string): string {
  return withStringsOnOneLine(text).replace(/("(?:[^"\\]|\\.)*")|\\[nrt]/g, (_, string = " ") => string);
}
