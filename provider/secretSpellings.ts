/** How many letters and digits of a spelling say where it may be found. */
export const START_LENGTH = 8;

/** A way in which a secret may be spelled in a text. */
export interface Spelling {
  /** Letters and digits that stand in it unchanged; "" if there are too few of them in a row. */
  readonly start: string;
  readonly pattern: () => RegExp;
}

/** The secret as it is, in JSON, in a URL, in XML and in a mix of these; and in base64, alone or with something around it. */
export function spellingsOf(secret: string): readonly Spelling[] {
  // What stands before a key is no secret, and has characters that each writer of JSON spells in another way.
  const own = secret.slice(Math.max(secret.indexOf("-----BEGIN"), 0));
  const encoded = [...new Set([own, JSON.stringify(own).slice(1, -1)])];
  const cores = encoded.flatMap((text) => [0, 1, 2].map((before) => base64Core(text, before)));
  return [
    spelling(secret, charPattern),
    ...cores.filter(({ length }) => length >= START_LENGTH).map((core) => spelling(core, base64Pattern)),
  ];
}

function spelling(text: string, patternOf: (char: string) => string): Spelling {
  // Made when the text comes near it, which is next to never.
  let made: RegExp | undefined;
  const pattern = () => {
    made ??= new RegExp([...text].map(patternOf).join(""), "g");
    return made;
  };
  // All keys of a kind begin alike, and end alike.
  const start = RUN.exec(text.slice(text.length / 2)) ?? RUN.exec(text);
  return { start: start?.[0] ?? "", pattern };
}

const RUN = new RegExp(`[A-Za-z0-9]{${START_LENGTH}}`);

/** What base64 has of the secret, whatever stands after it and so many bytes (of three) before it. */
function base64Core(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const whole = Math.floor((bytes.length * 8) / 6);
  return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), whole);
}

/** A character of base64, of its alphabet for URLs too. */
function base64Pattern(char: string): string {
  if (char === "+") return `(?:-|${charPattern(char)})`;
  if (char === "/") return `(?:_|${charPattern(char)})`;
  return char;
}

const XML_NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * A backslash, as JSON writes before some characters: more of them where JSON is in JSON, and in a URL if it is there.
 */
const BACKSLASH = "(?:\\\\|%(?:25)*5[Cc])";

/** A character as it may be spelled; letters and digits are always the same. */
function charPattern(char: string): string {
  if (/[A-Za-z0-9]/.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const inJson = JSON.stringify(char).slice(1, -1);
  const inUrl = [...Buffer.from(char)].map(
    (byte) => `%(?:25)*${anyCase(byte.toString(16).padStart(2, "0"))}`,
  );
  const bare = [
    ...[char, ...(char === " " ? ["+"] : []), XML_NAMES[char]]
      .filter((each) => each !== undefined)
      .map(literal),
    inUrl.join(""),
    `&#0*${code};`,
    `&#[xX]0*${anyCase(code.toString(16))};`,
    // Lines may end in either way, or have become one.
    ...(char === "\n"
      ? ["\\r?\\n", `${BACKSLASH}+r${BACKSLASH}+n`, "%(?:25)*0[Dd]%(?:25)*0[Aa]", " ", "\\+", "%(?:25)*20"]
      : []),
  ];
  const escaped = [
    ...(inJson.startsWith("\\") ? [literal(inJson.slice(1))] : []),
    Array.from({ length: char.length }, (_, index) => char.charCodeAt(index))
      .map((unit) => `u${anyCase(unit.toString(16).padStart(4, "0"))}`)
      .join(`${BACKSLASH}+`),
  ];
  return `(?:${BACKSLASH}*(?:${bare.join("|")})|${BACKSLASH}+(?:${escaped.join("|")}))`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Hex digits in either case. */
function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
