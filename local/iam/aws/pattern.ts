/** Whether a text fits a pattern with * and ?. After a mismatch the last star takes one character more, and no earlier one. */
export function matchesAwsPattern(pattern: string, text: string): boolean {
  let [at, star, taken] = [0, -1, 0];
  for (let index = 0; index < text.length; ) {
    if (pattern[at] === "*") {
      star = at++;
      taken = index;
    } else if (pattern[at] === "?" || pattern[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      taken += 1;
      index = taken;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
