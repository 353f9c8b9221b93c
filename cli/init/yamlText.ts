/** Letters alone decide nothing here: YAML takes these for something else than text. */
const NOT_TEXT = /^(y|n|yes|no|on|off|true|false|null)$/i;
const PLAIN = /^[A-Za-z_][\w./-]*$/;
/** What JSON may have as it is, and YAML may not. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** The text as a value of YAML, for readers of version 1.1 and 1.2. */
export function yamlText(text: string): string {
  if (PLAIN.test(text) && !NOT_TEXT.test(text)) return text;
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replaceAll(UNPRINTABLE, escaped);
}
