const POLICY = [
  "The first run that finds the key older than `every` makes a new one. The old key keeps working for `overlap`, so that",
  "whatever reads the key only when it starts has that long to restart.",
];

/** What a policy means, as a comment above it. */
export function policyRemark(mark: string): string {
  return commented(POLICY, mark);
}

/** What stands above a program that has the key as its outputs. */
export function remark(mark: string): string {
  return commented([...POLICY, "Hand the outputs to what uses the key."], mark);
}

function commented(lines: readonly string[], mark: string): string {
  return lines.map((line) => `${mark} ${line}\n`).join("");
}
